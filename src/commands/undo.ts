import { assertAllowed, namingRights } from '../fix/allowed.ts'
import { endJournal, type Journal, listJournals, readJournal } from '../fix/journal.ts'
import { holderNow } from '../fix/lease-holder.ts'
import type { Plan } from '../fix/plan.ts'
import { reversed } from '../fix/reversal.ts'
import { ChangedSince } from '../fix/rollback.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { type Clock, realClock } from '../fix/settled-wait.ts'
import { thisRun } from '../fix/this-run.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { LookOptions, UndoOptions } from '../options.ts'
import { confirm, declined } from '../report/confirm.ts'
import { journalLines, journalList } from '../report/journals.ts'
import { planLines, question } from '../report/plan-table.ts'
import { render } from '../report/render.ts'
import type { Spinner } from '../report/spinner.ts'
import { styleFor } from '../report/style.ts'
import { type Undone, undoLines, undoReport } from '../report/undo.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { locked, wentBack } from './go-back.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix undo`: shows the way back of an earlier run, asks, and goes it; `--list` shows the runs. Returns the exit code. */
export const undo = (options: UndoOptions, io: Io): Promise<number> =>
  withClient(lookOptions(options), io, async (client, spinner) => {
    const { evidence } = await lookAt(client, lookOptions(options), io)
    const { namespace } = dnsServerOf(evidence)
    const journals = await namingRights(client, namespace, () => listJournals(client, namespace))
    if (options.list) {
      const holder = await holderNow(client, namespace, thisRun().isGone)
      spinner.end()
      const list = journalList(journals, holder, version)
      io.stdout.write(render(list, options.output, io, style => journalLines(list, style)))
      return 0
    }
    const id = options.id ?? journals.journals.find(isStanding)?.id
    const undone = await undoneBy({ client, options, io, spinner, evidence, clock: realClock }, id)
    spinner.end()
    const report = undoReport(undone, version)
    io.stdout.write(render(report, options.output, io, style => undoLines(report, style)))
    return undone.failure?.exitCode ?? (undone.verdict === 'failed' ? 1 : 0)
  })

/** There is something of it that can be taken back. */
const isStanding = ({ state }: Journal): boolean => state === 'running' || state === 'done'

export interface UndoRun {
  readonly client: Client
  readonly options: UndoOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly evidence: Evidence
  readonly clock: Clock
}

async function undoneBy(run: UndoRun, id: string | undefined): Promise<Undone> {
  const { client, options, io, spinner, evidence } = run
  const takenAt = io.now().toISOString()
  const none = { applied: [], notes: [], failure: null, verdict: 'nothing-to-do' } as const
  const nothing: Omit<Undone, 'id'> = { ...none, takenAt, plan: null }
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
  await assertAllowed(client, plan, evidence)
  if (!options.yes && !(await confirm(question(plan), io))) throw declined()
  return { ...nothing, id, plan, ...(await wentBack(run, journal, plan)) }
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
