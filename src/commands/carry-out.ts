import { ExpectedError } from '../errors.ts'
import { applyPlan } from '../fix/apply.ts'
import { FixFailed } from '../fix/apply-errors.ts'
import { nodeHands } from '../fix/apply-node.ts'
import { ServerGone } from '../fix/apply-patience.ts'
import { endJournal, type OpenJournal, startJournal } from '../fix/journal.ts'
import { withLock } from '../fix/lock.ts'
import type { Plan } from '../fix/plan.ts'
import { type Proof, prove } from '../fix/prove.ts'
import { takeBack } from '../fix/rollback.ts'
import type { DnsServer } from '../fix/settled-pods.ts'
import { realClock } from '../fix/settled-wait.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { FixOptions } from '../options.ts'
import { appliedChanges } from '../report/applied.ts'
import type { Outcome } from '../report/fix.ts'
import type { Spinner } from '../report/spinner.ts'
import type { VerifyReport } from '../report/verify.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'

export interface CarryOutOptions {
  readonly options: FixOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly look: () => Promise<Snapshot>
  /** who this run is for others that want to change something, too */
  readonly holder: string
  readonly dns: DnsServer
  readonly why: string
}

/** Applies a plan while nobody else does, with a journal that can take it back, and proves it; what does not help is taken back. */
export const carryOut = (client: Client, plan: Plan, run: CarryOutOptions): Promise<Outcome> =>
  run.io.hold(() =>
    withLock(client, run.dns.namespace, run.holder, async lost => {
      const tools = await begin(client, plan, run, lost)
      await applyPlan(client, plan, { ...tools, rollback: run.options.rollback }).catch(error =>
        failed(run, tools, error),
      )
      return concluded(client, plan, run, tools)
    }),
  )

/** Closes the journal of a run that did not come to its end, as it was left, and throws on. */
async function failed(
  { options, spinner }: CarryOutOptions,
  { journal, signal }: Tools,
  error: unknown,
): Promise<never> {
  // Left as it is, because that was wanted: it does not stand in the way of the next run.
  const isKept = !options.rollback && !signal.aborted && !(error instanceof ServerGone)
  const state = isBack(journal) ? 'rolled-back' : isKept ? 'done' : 'running'
  // What keeps the journal from being written is the lesser trouble: an open one is taken back by undo.
  await endJournal(journal, state).catch(() => undefined)
  if (error instanceof FixFailed) for (const line of error.log) spinner.note(`${line}\n`)
  throw error
}

async function begin(client: Client, plan: Plan, { dns, why, io, spinner }: CarryOutOptions, lost: AbortSignal) {
  const { namespace } = dns
  const journal = await startJournal(client, namespace, { plan, why, version, now: io.now() })
  const signal = AbortSignal.any([io.signal, lost])
  const { id } = journal.journal
  const node = nodeHands({ client, namespace, run: id, images: imagesOf(dns), signal }, plan.method, id)
  return { journal, dns, node, today: io.now, signal, say: spinner.say, clock: realClock }
}

type Tools = Awaited<ReturnType<typeof begin>>

async function concluded(client: Client, plan: Plan, run: CarryOutOptions, tools: Tools): Promise<Outcome> {
  const { options } = run
  const { journal } = tools
  const proof = options.verify ? await proofOf(client, plan, run, tools) : undefined
  const isGood = proof?.holds !== false
  if (!isGood && options.rollback) {
    const { signal } = new AbortController()
    const { problems } = await takeBack(client, { ...tools, signal, force: false })
    await endJournal(journal, isBack(journal) ? 'rolled-back' : 'running')
    for (const problem of problems) run.spinner.note(`warning: ${problem}\n`)
    return ended(run, journal, 'rolled-back', proof.report)
  }
  await endJournal(journal, 'done')
  return ended(run, journal, isGood ? 'repaired' : 'failed', proof?.report ?? null)
}

/** A proof that cannot be made disproves nothing: the changes stand, and that is told. */
function proofOf(client: Client, plan: Plan, run: CarryOutOptions, { journal, signal, say }: Tools): Promise<Proof> {
  const { look, options } = run
  return prove(client, plan, { look, timeoutMs: options.timeoutMs, signal, say, version }).catch(async error => {
    await endJournal(journal, 'done').catch(() => undefined)
    const why = signal.aborted ? 'it was interrupted' : (error as Error).message.replace(/\.$/, '')
    throw new ExpectedError(`The changes were applied, but not proved: ${why}.`, {
      code: 'not-proved',
      hint: `Prove it with kubectl dnsfix verify, or take it back with kubectl dnsfix undo ${journal.journal.id}`,
      exitCode: signal.aborted ? 130 : 1,
      cause: error,
    })
  })
}

const imagesOf = ({ workload }: DnsServer): readonly string[] =>
  (workload?.spec.template.spec.containers ?? []).flatMap(c => c.image ?? [])

/** Nothing of it stands any more. */
const isBack = ({ journal }: OpenJournal): boolean =>
  journal.steps.every(s => s.state === 'planned' || s.state === 'undone')

const ended = (
  { options }: CarryOutOptions,
  { journal }: OpenJournal,
  verdict: Outcome['verdict'],
  verify: VerifyReport | null,
): Outcome => ({
  verdict,
  dryRun: options.dryRun,
  applied: appliedChanges(journal),
  verify,
  undo: verdict === 'rolled-back' ? null : journal.id,
})
