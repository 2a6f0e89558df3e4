import { applyPlan } from '../fix/apply.ts'
import { nodeHands } from '../fix/apply-node.ts'
import { endJournal, type OpenJournal, startJournal } from '../fix/journal.ts'
import { withLock } from '../fix/lock.ts'
import type { Plan } from '../fix/plan.ts'
import { prove } from '../fix/prove.ts'
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
  withLock(client, run.dns.namespace, run.holder, async lost => {
    const { options, io, spinner, dns, why } = run
    const journal = await startJournal(client, dns.namespace, { plan, why, version, now: io.now() })
    const signal = AbortSignal.any([io.signal, lost])
    const { id } = journal.journal
    const work = { client, namespace: dns.namespace, run: id, images: imagesOf(dns), signal }
    const hands = nodeHands(work, plan.method, id)
    const tools = { journal, dns, node: hands, today: io.now, signal, say: spinner.say, clock: realClock }
    try {
      await applyPlan(client, plan, { ...tools, rollback: options.rollback })
    } catch (error) {
      await endJournal(journal, isBack(journal) ? 'rolled-back' : 'running')
      throw error
    }
    const proof = options.verify
      ? await prove(client, plan, { ...run, timeoutMs: options.timeoutMs, signal, say: spinner.say, version })
      : undefined
    if (proof?.holds !== false) {
      await endJournal(journal, 'done')
      return ended(run, journal, 'repaired', proof?.report ?? null)
    }
    if (!options.rollback) {
      await endJournal(journal, 'done')
      return ended(run, journal, 'failed', proof.report)
    }
    await takeBack(client, { ...tools, force: false })
    await endJournal(journal, 'rolled-back')
    return ended(run, journal, 'rolled-back', proof.report)
  })

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
