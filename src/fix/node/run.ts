import { randomBytes } from 'node:crypto'
import { deletePod } from '../../probes/cleanup.ts'
import { createPod, isRefused } from '../../probes/create.ts'
import { whyNotReady } from '../../probes/reasons.ts'
import { deadlineSeconds, hearOut, NotRun } from './hear.ts'
import { imageOn, type NodeWithImages } from './image.ts'
import { nodePod } from './pod.ts'
import type { Transcript } from './transcript.ts'
import type { NodeWork } from './work.ts'

export interface NodeScript {
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
  /** the script changes something: once its Pod is made, an abort waits for its end */
  readonly changes: boolean
}

/**
 * Runs a script on a node through a Pod of its own and resolves with what it told. Rejects with a NotRun where it did not run or its
 * end was not heard of, with the signal's reason when that aborts. The Pod is gone afterwards, unless it may still be at work: then it
 * ends by its own deadline.
 */
export async function runOnNode(work: NodeWork, node: string, task: NodeScript): Promise<Transcript> {
  const { client, namespace, run } = work
  work.signal.throwIfAborted()
  const name = `dnsfix-node-${run}-${randomBytes(3).toString('hex')}`
  const manifest = await manifestFor(work, node, name, task)
  const made = await createPod(client, namespace, manifest).catch(async error => {
    const mayBe = !isRefused(error)
    if (mayBe && !task.changes) await deletePod(client, namespace, run, { name, uid: undefined })
    throw new NotRun((error as Error).message, mayBe, error)
  })
  const own = { name, uid: made.metadata.uid }
  let isAtWork = false
  try {
    return await hearOut(work, name, task.changes ? undefined : work.signal)
  } catch (error) {
    isAtWork = task.changes && error instanceof NotRun && error.began
    throw error
  } finally {
    if (!isAtWork) await deletePod(client, namespace, run, own)
  }
}

async function manifestFor(work: NodeWork, node: string, name: string, task: NodeScript): Promise<object> {
  const path = `/api/v1/nodes/${node}`
  const found = await work.client.get<NodeWithImages>(path, { signal: work.signal }).catch(error => {
    throw new NotRun((error as Error).message, false, error)
  })
  const why = whyNotReady(found)
  if (why) throw new NotRun(why, false)
  const { operatingSystem = 'linux', architecture = 'amd64' } = found.status?.nodeInfo ?? {}
  if (operatingSystem !== 'linux') throw new NotRun(`its system is ${operatingSystem}`, false)
  const image = imageOn(found, work.images)
  if (!image) throw new NotRun('no image is known that is on the node already', false)
  const { script, variables } = task
  return nodePod({ name, run: work.run, node, architecture, image, script, variables, deadlineSeconds })
}
