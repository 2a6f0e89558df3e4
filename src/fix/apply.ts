import type { Client } from '../kube/client.ts'
import { isReady } from '../snapshot/dns.ts'
import { ConflictError, FixFailed, Interrupted, messageOf, nameOf } from './apply-errors.ts'
import { type NodeHands, renewPodsOn } from './apply-node.ts'
import { patiently, ServerGone } from './apply-patience.ts'
import { type OpenJournal, recordStep, recordWritten, type StepState } from './journal.ts'
import type { Loaded } from './loaded.ts'
import { isLockLost } from './lock.ts'
import { NodeFailure } from './node/work.ts'
import { applyChange, isConflict } from './objects.ts'
import type { Change, KubeObject, NodeChange, ObjectChange, Plan } from './plan.ts'
import { rejoining } from './rejoin.ts'
import type { Restarted } from './restart.ts'
import { type TakenBack, takeBack } from './rollback.ts'
import { settled } from './settled.ts'
import { type DnsServer, listDnsPods } from './settled-pods.ts'
import { unending, type Waiting } from './settled-wait.ts'
import { lastWords } from './settled-words.ts'

export interface ApplyOptions extends Waiting {
  readonly journal: OpenJournal
  readonly dns: DnsServer
  readonly node: NodeHands
  /** false: what was done stays where a later step fails (`--no-rollback`) */
  readonly rollback: boolean
  readonly today: () => Date
}

/** What was done, and by what it is known to be in use. */
export interface Applied {
  readonly steps: readonly { readonly change: Change; readonly loaded: Loaded }[]
  /** the DNS Pods that were made anew because of changes on their nodes */
  readonly restarted: readonly Restarted[]
}

/**
 * Makes the changes of a plan one after the other, each journalled before it is begun and waited for until it is in use. When one
 * fails, or the signal aborts, everything so far is taken back. Rejects with ConflictError when an object is not as planned for,
 * with FixFailed, with Interrupted; with ServerGone when the API server went away and `undo` has to do the rest.
 */
export async function applyPlan(client: Client, plan: Plan, options: ApplyOptions): Promise<Applied> {
  const run: Run = { client, options, stored: new Map(), current: plan.changes[0] }
  try {
    const steps: Applied['steps'][number][] = []
    for (const [index, change] of plan.changes.entries()) {
      steps.push({ change, loaded: await step(run, change, index) })
    }
    const nodes = new Set(plan.changes.flatMap(change => (change.kind === 'node' ? [change.node] : [])))
    return { steps, restarted: await renewPodsOn(client, options.dns, nodes, options) }
  } catch (error) {
    throw run.current === undefined ? error : await ended(run, run.current, error)
  }
}

interface Run {
  readonly client: Client
  readonly options: ApplyOptions
  /** path → the object as this run has last written it */
  readonly stored: Map<string, KubeObject | null>
  /** the step under way, for the words of an error */
  current: Change | undefined
}

async function step(run: Run, change: Change, index: number): Promise<Loaded> {
  const { client, options } = run
  options.signal.throwIfAborted()
  run.current = change
  options.say(`Changing ${nameOf(change)}`)
  await record(options, index, 'applying')
  let isWritten = false
  try {
    // A write that has begun is not interrupted: nobody would know what came of it.
    if (change.kind === 'node') await writeNode(run, change, index)
    else run.stored.set(change.path, await write(run, change))
    isWritten = true
    const loaded = change.kind === 'node' ? { pods: [] } : await settled(client, change.awaits, options.dns, options)
    await record(options, index, 'applied')
    return loaded
  } catch (error) {
    // What the journal cannot be told, the object itself tells when it is taken back.
    const state = isWritten ? 'applying' : stateAfter(error)
    if (!(error instanceof ServerGone)) await record(options, index, state, messageOf(error)).catch(() => undefined)
    throw error
  }
}

function writeNode({ client, options }: Run, change: NodeChange, index: number): Promise<unknown> {
  const write = () => options.node.write(change, text => recordOther(options, index, text))
  return rejoining(client, options.dns, change.node, unending(options), write)
}

/** A node says itself how a step that failed has left it. */
const stateAfter = (error: unknown): StepState =>
  error instanceof NodeFailure && error.left !== 'unknown' ? 'undone' : 'failed'

const record = (options: ApplyOptions, index: number, state: StepState, words?: string): Promise<void> =>
  patiently(unending(options), () => recordStep(options.journal, index, state, options.today(), words))

/** What undo compares a file with is what was really written. */
const recordOther = (options: ApplyOptions, index: number, text: string): Promise<void> =>
  patiently(unending(options), () => recordWritten(options.journal, index, text))

/** Somebody else's change is told apart from a write of this run whose answer was lost by `applyChange`. */
async function write({ client, options, stored }: Run, change: ObjectChange): Promise<KubeObject | null> {
  const before = stored.has(change.path) ? (stored.get(change.path) ?? null) : change.before
  try {
    return await patiently(unending(options), () => applyChange(client, { ...change, before }))
  } catch (error) {
    throw isConflict(error) ? new ConflictError(change, error) : error
  }
}

/** How a run ends that did not succeed. */
async function ended({ client, options }: Run, change: Change, cause: unknown): Promise<unknown> {
  if (cause instanceof ServerGone) return cause
  // Another run may be at work by now.
  if (isLockLost(options.signal)) return options.signal.reason
  const isInterrupted = options.signal.aborted
  const log = isInterrupted ? [] : await logOf(client, options).catch(() => [])
  let takenBack: TakenBack | null = null
  let stuck: unknown
  if (options.rollback || isInterrupted || cause instanceof ConflictError) {
    try {
      takenBack = await takeBack(client, { ...unending(options), force: false })
    } catch (error) {
      stuck = error
    }
  }
  const failed = { change, cause, takenBack, stuck, log }
  if (isInterrupted) return new Interrupted(failed)
  // Only where nothing is left of the plan it may be made anew.
  return cause instanceof ConflictError && takenBack?.open.length === 0 ? cause : new FixFailed(failed)
}

/** The last words of the DNS Pods that are not Ready. */
async function logOf(client: Client, { dns }: ApplyOptions): Promise<readonly string[]> {
  const { signal } = new AbortController()
  const pods = (await listDnsPods(client, dns, signal)).filter(pod => !isReady(pod))
  const words = await Promise.all(
    pods.map(async pod => (await lastWords(client, pod, signal)).map(line => `${pod.metadata.name}: ${line}`)),
  )
  return words.flat()
}
