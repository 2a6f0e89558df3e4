import { createHash, randomBytes } from 'node:crypto'
import { RequestError } from '../../kube/failures.ts'
import { deletePod } from '../../probes/cleanup.ts'
import { createPod, isRefused } from '../../probes/create.ts'
import { whyNotReady } from '../../probes/reasons.ts'
import type { Pod } from '../../snapshot/objects.ts'
import { unending } from '../settled-wait.ts'
import { awaitEarlier } from './earlier.ts'
import { deadlineSeconds, hearOut, NotRun } from './hear.ts'
import { imageOn, type NodeWithImages } from './image.ts'
import { nodePod } from './pod.ts'
import type { Transcript } from './transcript.ts'
import type { NodeWork } from './work.ts'

export interface NodeScript {
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
  /** what is not only to look takes the lock; once its Pod is made, an abort waits for its end */
  readonly kind: 'look' | 'write' | 'restore'
  /** is waited for just before its Pod is made, when nobody else changes the node any more */
  readonly onAlone?: () => Promise<void>
}

/**
 * Runs a script on a node through a Pod of its own and resolves with what it told, once nothing of an earlier run is at work there. Rejects
 * with a NotRun where it did not run or its end was not heard of, with the signal's reason when that aborts. The Pod is gone afterwards,
 * unless it may still be at work: then it ends by its own deadline, and whoever works on the node next waits for that.
 */
export async function runOnNode(work: NodeWork, node: string, task: NodeScript): Promise<Transcript> {
  work.signal.throwIfAborted()
  return task.kind === 'look' ? look(work, node, task) : change(work, node, task)
}

async function look(work: NodeWork, node: string, task: NodeScript): Promise<Transcript> {
  const { client, namespace, run, signal } = work
  const name = `dnsfix-node-${run}-${randomBytes(3).toString('hex')}`
  const manifest = await manifestFor(work, node, name, task)
  await awaitEarlier(work, node, false)
  const { metadata } = await createPod(client, namespace, manifest).catch(async error => {
    const mayBe = !isRefused(error)
    if (mayBe) await deletePod(client, namespace, run, { name, uid: undefined })
    throw new NotRun((error as Error).message, mayBe, error)
  })
  try {
    return await hearOut(work, metadata, signal)
  } finally {
    // It changes nothing, so whether it runs on for a moment does not matter.
    await deletePod(client, namespace, run, { name, uid: metadata.uid })
  }
}

/**
 * One name for all that change a node: the API server lets no second Pod be there, not even one whose making was given up and that
 * comes late. No name of `guarded`, for who has lost the lock is to delete none of them.
 */
const changingName = (node: string): string =>
  `dnsfix-change-${createHash('sha256').update(node).digest('hex').slice(0, 16)}`

async function change(work: NodeWork, node: string, task: NodeScript): Promise<Transcript> {
  const { client, namespace, run } = work
  const name = changingName(node)
  const { metadata } = await madeAlone(work, node, await manifestFor(work, node, name, task), task)
  try {
    const transcript = await hearOut(work, metadata, undefined)
    await deletePod(client, namespace, run, { name, uid: metadata.uid })
    return transcript
  } catch (error) {
    if (error instanceof NotRun && !error.began) await assertGone(work, node, error)
    throw error
  }
}

/** Between the look at what there is and the making another Pod may come, as one whose making was given up. */
async function madeAlone(work: NodeWork, node: string, manifest: object, task: NodeScript, left = 3): Promise<Pod> {
  await awaitEarlier(work, node, true)
  await task.onAlone?.()
  try {
    return await createPod(work.client, work.namespace, manifest)
  } catch (error) {
    const isTaken = error instanceof RequestError && error.status === 409
    if (isTaken && left > 0) return madeAlone(work, node, manifest, task, left - 1)
    throw new NotRun((error as Error).message, !isRefused(error), error)
  }
}

/** A Pod that has not begun may still begin, until the kubelet has said that it is gone. */
async function assertGone(work: NodeWork, node: string, error: NotRun): Promise<void> {
  await awaitEarlier(unending(work), node, true).catch(cause => {
    throw new NotRun(`${error.message}; ${(cause as Error).message}`, true, error)
  })
}

async function manifestFor(work: NodeWork, node: string, name: string, task: NodeScript): Promise<object> {
  const path = `/api/v1/nodes/${node}`
  const found = await work.client.get<NodeWithImages>(path, { signal: work.signal }).catch(error => {
    throw new NotRun((error as Error).message, false, error)
  })
  const why = whyUnable(found, task)
  if (why) throw new NotRun(why, false)
  const { architecture = 'amd64' } = found.status?.nodeInfo ?? {}
  const image = imageOn(found, work.images)
  if (!image) throw new NotRun('no image is known that is on the node already', false)
  const { script, variables, kind } = task
  const what = { work: kind === 'look' ? 'look' : 'change', script, variables } as const
  return nodePod({ ...what, name, run: work.run, node, architecture, image, deadlineSeconds })
}

/** A kubelet that says itself that it is not Ready starts Pods in the node's own network, and what is there may be why it is not. */
function whyUnable(node: NodeWithImages, { kind }: NodeScript): string | null {
  const isHeard = node.status?.conditions?.find(c => c.type === 'Ready')?.status === 'False'
  const why = kind === 'restore' && isHeard ? null : whyNotReady(node)
  const { operatingSystem = 'linux' } = node.status?.nodeInfo ?? {}
  return why ?? (operatingSystem === 'linux' ? null : `its system is ${operatingSystem}`)
}
