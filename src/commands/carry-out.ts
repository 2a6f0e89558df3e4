import { ExpectedError } from '../errors.ts'
import { applyPlan } from '../fix/apply.ts'
import { FixFailed } from '../fix/apply-errors.ts'
import { nodeHands } from '../fix/apply-node.ts'
import { ServerGone } from '../fix/apply-patience.ts'
import { startJournal } from '../fix/journal.ts'
import { pruneJournals } from '../fix/journal-prune.ts'
import type { Taker } from '../fix/lease.ts'
import { inRun, withLock } from '../fix/lock.ts'
import { removeLeftovers } from '../fix/node/earlier.ts'
import type { Plan } from '../fix/plan.ts'
import type { Seen } from '../fix/proof.ts'
import type { DnsServer } from '../fix/settled-pods.ts'
import type { Clock } from '../fix/settled-wait.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { FixOptions } from '../options.ts'
import type { Outcome } from '../report/fix.ts'
import type { Spinner } from '../report/spinner.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { closed, concluded, ended, isBack } from './conclude.ts'

export interface CarryOutOptions {
  readonly options: FixOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly look: () => Promise<Snapshot>
  /** what the plan was made for */
  readonly before: Seen
  /** who this run is for others that want to change something, too */
  readonly taker: Taker
  readonly dns: DnsServer
  readonly why: string
  readonly clock: Clock
}

/**
 * Applies a plan while nobody else does, with a journal that can take it back, and proves it; what does not help is taken back. From
 * the journal on everything that goes wrong is told in the outcome. Rejects with an ExpectedError or a RequestError before that:
 * then nothing was changed.
 */
export const carryOut = (client: Client, plan: Plan, run: CarryOutOptions): Promise<Outcome> =>
  run.io.hold(() =>
    withLock(client, run.dns.namespace, run.taker, async (lost, held) => {
      const tools = await begin(held, plan, run, lost)
      const work = async () => {
        await applyPlan(held, plan, { ...tools, rollback: run.options.rollback })
        const outcome = await concluded(held, plan, run, tools)
        await pruneJournals(held, run.dns.namespace)
        return outcome
      }
      return inRun(tools.journal.journal.id, lost, work).catch(error => failed(run, tools, error))
    }),
  )

/** How a run ends that did not come to its end. Throws what is a bug of this program. */
async function failed(run: CarryOutOptions, { journal, signal }: Tools, error: unknown): Promise<Outcome> {
  const { options } = run
  // Left as it is, because that was wanted: it does not stand in the way of the next run.
  const isKept = !options.rollback && !signal.aborted && !(error instanceof ServerGone)
  const notes = await closed(journal, isBack(journal) ? 'rolled-back' : isKept ? 'done' : 'running')
  return {
    ...ended(run, journal, isBack(journal) ? 'rolled-back' : 'failed'),
    failure: failureOf(error),
    // An open journal is what undo takes back: that it could not be closed is no news then.
    notes: isBack(journal) || isKept ? notes : [],
    log: error instanceof FixFailed ? error.log : [],
  }
}

function failureOf(error: unknown): ExpectedError {
  if (error instanceof ExpectedError) return error
  if (!(error instanceof RequestError)) throw error
  return new ExpectedError(`${error.message.replace(/\.$/, '')}.`, {
    code: 'fix-failed',
    hint: 'kubectl dnsfix undo',
    exitCode: 1,
    cause: error,
  })
}

async function begin(client: Client, plan: Plan, run: CarryOutOptions, lost: AbortSignal) {
  const { dns, why, io, spinner, clock } = run
  const { namespace } = dns
  await removeLeftovers(client, namespace)
  const journal = await startJournal(client, namespace, { plan, why, version, now: io.now() })
  const signal = AbortSignal.any([io.signal, lost])
  const { id } = journal.journal
  const node = nodeHands(
    { client, namespace, run: id, images: imagesOf(dns), signal, say: spinner.say },
    plan.method,
    id,
  )
  return { journal, dns, node, today: io.now, signal, lost, say: spinner.say, clock }
}

export type Tools = Awaited<ReturnType<typeof begin>>

const imagesOf = ({ workload }: DnsServer): readonly string[] =>
  (workload?.spec.template.spec.containers ?? []).flatMap(c => c.image ?? [])
