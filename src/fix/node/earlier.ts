import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../kube/client.ts'
import { RequestError } from '../../kube/failures.ts'
import type { Pod } from '../../snapshot/objects.ts'
import { serverClock } from '../lease.ts'
import { deadlineSeconds, NotRun } from './hear.ts'
import { graceSeconds, nodeLabels, workLabel } from './pod.ts'
import type { NodeWork } from './work.ts'

/*
 * Pods on nodes that earlier runs have left: a run that was killed leaves its own at work, and whatever such a Pod writes later would undo
 * what has been done since.
 *
 * A Pod that changes something is only ever made by whoever holds the lock. So the holder may take every other one for left behind, and
 * whoever does not hold it none: those are waited for. A Pod that only looks may be any live run's; it harms nobody, and is left alone
 * until its run would have given it up.
 *
 * What has begun is never stopped in the middle: its script ends by itself, or by the Pod's deadline. What has not begun is deleted, since
 * it may begin at any time, however late: the deadline counts from when the kubelet first sees the Pod. Both are certain only when the
 * kubelet has said so. Hence no Pod is deleted by force: that takes away the object and leaves the process.
 */

/** The longest that a Pod takes to its end, and to be told of by a kubelet that restarts meanwhile. */
const limitSeconds = deadlineSeconds + graceSeconds + 20

/** `open`: it has not begun, or nobody has said yet that it has. */
type Stage = 'open' | 'at-work' | 'ended'

/**
 * Resolves once nothing of an earlier run changes this node any more. With `isHolder` the lock is held: what has not begun and what has
 * ended is deleted then, and gone. Rejects with a NotRun where that does not come about in time or nobody can tell, with the signal's
 * reason, with what a client that is guarded by the lock throws.
 */
export async function awaitEarlier(
  work: NodeWork,
  node: string,
  isHolder: boolean,
  limitMs = limitSeconds * 1000,
): Promise<void> {
  const end = Date.now() + limitMs
  let said = ''
  for (;;) {
    work.signal.throwIfAborted()
    const missing = await missingOn(work, node, isHolder)
    if (missing === null) return
    if (Date.now() >= end) throw new NotRun(missing, false)
    if (missing !== said) work.say(`Waiting on node ${node}: ${missing}`)
    said = missing
    await sleep(pauseMs, undefined, { signal: work.signal })
  }
}

const pauseMs = 500

/** What is still to be waited for there; null: nothing. A server that does not answer now is asked again. */
async function missingOn(work: NodeWork, node: string, isHolder: boolean): Promise<string | null> {
  try {
    const pods = (await nodePods(work.client, work.namespace)).filter(pod => pod.spec.nodeName === node && changes(pod))
    if (isHolder) await removeAll(work.client, work.namespace, pods.filter(isIdle))
    const left = pods.find(pod => stageOf(pod) !== 'ended' || (isHolder && isLeaving(pod)))
    return left ? wordsOn(left) : null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.kind === 'forbidden') throw new NotRun(error.message, false, error)
    return `whether an earlier run is still at work there is not known: ${error.message}`
  }
}

/** One that was deleted before it ended keeps its name until the kubelet has noticed; one that has ended goes at once. */
const isLeaving = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined

const wordsOn = (pod: Pod): string =>
  stageOf(pod) === 'at-work'
    ? `Pod ${pod.metadata.name} of an earlier run is still at work there`
    : `Pod ${pod.metadata.name} of an earlier run is still there`

/**
 * Deletes what earlier runs have left in the namespace and nobody waits for any more: Pods that do nothing, and are older than any run
 * would wait for them. Neither waits for that nor rejects with a RequestError: what cannot be deleted now the next run finds again.
 */
export async function removeLeftovers(client: Client, namespace: string): Promise<void> {
  try {
    const idle = (await nodePods(client, namespace)).filter(isIdle)
    if (idle.length === 0) return
    const now = (await serverClock(client, namespace))()
    const isOld = ({ metadata }: Pod) => now - Date.parse(metadata.creationTimestamp ?? '') > limitSeconds * 1000
    await removeAll(client, namespace, idle.filter(isOld))
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
  }
}

async function nodePods(client: Client, namespace: string): Promise<readonly Pod[]> {
  const selector = Object.entries(nodeLabels).map(([key, value]) => `${key}=${value}`)
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector.join())}`
  return (await client.get<{ readonly items: readonly Pod[] }>(path)).items
}

/** What does not say that it only looks may change something. */
const changes = ({ metadata }: Pod): boolean => metadata.labels?.[workLabel] !== 'look'

/** A phase that is final can stand beside a process that still runs: kubelets before 1.22 told it first (kubelet/status_manager.go). */
function stageOf({ status }: Pod): Stage {
  const { phase, containerStatuses = [] } = status ?? {}
  if (containerStatuses.some(c => c.state?.running)) return 'at-work'
  if (phase === 'Failed' || phase === 'Succeeded') return 'ended'
  return phase === undefined || phase === 'Pending' ? 'open' : 'at-work'
}

const isIdle = (pod: Pod): boolean => stageOf(pod) !== 'at-work'

/**
 * With the grace of the Pod: should it begin right now, its script has the time to put back what it has done. A Pod that has ended goes
 * at once all the same (kubernetes, registry/core/pod: CheckGracefulDelete).
 */
async function removeAll(client: Client, namespace: string, pods: readonly Pod[]): Promise<void> {
  const present = pods.filter(pod => !isLeaving(pod))
  for (const { metadata } of present) {
    const { name, uid } = metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    await client.delete(path, uid ? { preconditions: { uid } } : undefined).catch(error => {
      const isGone = error instanceof RequestError && (error.kind === 'not-found' || error.status === 409)
      if (!isGone) throw error
    })
  }
}
