import { ExpectedError } from '../errors.ts'
import { nodeHands } from '../fix/apply-node.ts'
import { endJournal, type Journal, listJournals, type OpenJournal, readJournal } from '../fix/journal.ts'
import { withLock } from '../fix/lock.ts'
import type { Plan } from '../fix/plan.ts'
import { dnsImages } from '../fix/prepare.ts'
import { reversed } from '../fix/reversal.ts'
import { ChangedSince, takeBack } from '../fix/rollback.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { realClock } from '../fix/settled-wait.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { LookOptions, UndoOptions } from '../options.ts'
import { newRunId } from '../probes/run-id.ts'
import { appliedChanges } from '../report/applied.ts'
import { confirm, declined } from '../report/confirm.ts'
import { journalLines, journalList } from '../report/journals.ts'
import { planLines, question } from '../report/plan-table.ts'
import { render } from '../report/render.ts'
import type { Spinner } from '../report/spinner.ts'
import { styleFor } from '../report/style.ts'
import { type Undone, undoLines, undoReport } from '../report/undo.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix undo`: shows the way back of an earlier run, asks, and goes it; `--list` shows the runs. Returns the exit code. */
export const undo = (options: UndoOptions, io: Io): Promise<number> =>
  withClient(lookOptions(options), io, async (client, spinner) => {
    const { evidence } = await lookAt(client, lookOptions(options), io)
    const journals = await listJournals(client, dnsServerOf(evidence).namespace)
    if (options.list) {
      spinner.end()
      const list = journalList(journals, version)
      io.stdout.write(render(list, options.output, io, style => journalLines(list, style)))
      return 0
    }
    const id = options.id ?? journals.journals.find(isStanding)?.id
    const undone = await undoneBy({ client, options, io, spinner, evidence }, id)
    spinner.end()
    const report = undoReport(undone, version)
    io.stdout.write(render(report, options.output, io, style => undoLines(report, style)))
    return undone.verdict === 'failed' ? 1 : 0
  })

/** There is something of it that can be taken back. */
const isStanding = ({ state }: Journal): boolean => state === 'running' || state === 'done'

interface Run {
  readonly client: Client
  readonly options: UndoOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly evidence: Evidence
}

async function undoneBy(run: Run, id: string | undefined): Promise<Undone> {
  const { client, options, io, spinner, evidence } = run
  const nothing = { takenAt: io.now().toISOString(), plan: null, applied: [], verdict: 'nothing-to-do' } as const
  if (id === undefined) return { ...nothing, id: null }
  const journal = await readJournal(client, dnsServerOf(evidence).namespace, id)
  const { changes, conflicts } = await reversed(client, journal.journal)
  if (conflicts.length > 0 && !options.force) throw new ChangedSince(conflicts)
  const plan: Plan = { method: journal.journal.method, changes, notes: [] }
  if (changes.length === 0) {
    // Nothing yet: that run may still be at work, and then the lock is its own.
    await locked(run, () => endJournal(journal, 'undone'))
    return { ...nothing, id }
  }
  spinner.pause()
  const isTable = options.output === 'table' || options.output === 'wide'
  const out = isTable ? io.stdout : io.stderr
  const proposal = { findings: [], plan, alternatives: [], refused: [] }
  out.write(`${planLines(proposal, styleFor(out, io.env)).join('\n')}\n\n`)
  if (!options.yes && !(await confirm(question(plan), io))) throw declined()
  return goBack(run, journal, plan)
}

/** Does `work` while no other run does anything. */
const locked = <T>({ client, evidence }: Run, work: (lost: AbortSignal) => Promise<T>): Promise<T> =>
  withLock(client, dnsServerOf(evidence).namespace, `kubectl-dnsfix-${newRunId()}`, work)

function goBack(run: Run, journal: OpenJournal, plan: Plan): Promise<Undone> {
  const { client, options, io, spinner, evidence } = run
  const dns = dnsServerOf(evidence)
  const { namespace } = dns
  const { id, method } = journal.journal
  const work = async (lost: AbortSignal): Promise<Undone> => {
    await assertSame(client, namespace, journal)
    const signal = AbortSignal.any([io.signal, lost])
    const node = nodeHands({ client, namespace, run: id, images: dnsImages(evidence), signal }, method, id)
    const { force } = options
    const tools = { journal, dns, node, force, today: io.now, signal, say: spinner.say, clock: realClock }
    const { open, problems } = await takeBack(client, tools)
    // What is still open can be taken back later, by the same command.
    if (open.length === 0) await endJournal(journal, 'undone')
    for (const problem of problems) spinner.note(`warning: ${problem}\n`)
    const applied = appliedChanges(journal.journal)
    const verdict = open.length === 0 ? 'undone' : 'failed'
    return { takenAt: io.now().toISOString(), id, plan, applied, verdict }
  }
  return io.hold(() => locked(run, work))
}

/** The plan was made and shown before the lock was held: the run may have gone on since. */
async function assertSame(client: Client, namespace: string, { journal }: OpenJournal): Promise<void> {
  const { journal: now } = await readJournal(client, namespace, journal.id)
  if (JSON.stringify(now) === JSON.stringify(journal)) return
  throw new ExpectedError(`The run ${journal.id} went on while the way back was shown.`, {
    code: 'journal-changed',
    hint: 'The same command shows it anew',
    exitCode: 1,
  })
}

const lookOptions = ({ kube, verbose }: UndoOptions): LookOptions => ({
  kube,
  verbose,
  names: [],
  external: false,
  failOn: 'error',
  save: undefined,
  redact: false,
  from: undefined,
})
