import { scrub } from '../../kube/failures.ts'
import type { Method, NodeChange } from '../plan.ts'
import { unending } from '../settled-wait.ts'
import { awaitKubelet, lastHeartbeat } from './kubelet.ts'
import { resolvConfIn } from './resolv-conf.ts'
import { type Original, restoreFile } from './restore.ts'
import { NodeFailure, type NodeWork } from './work.ts'
import { type Written, writeFile } from './write.ts'

/** A kubelet on a slow node takes about half of this. */
const readyMs = 60_000

export interface ChangeOptions {
  readonly method: Method
  /** hears what was really written, where that is not what was planned; the kubelet is waited for after that */
  readonly onOther: (text: string) => Promise<void>
  readonly limitMs?: number
}

/**
 * Makes a change on a node, and resolves when its kubelet has come back with it and the node is Ready. Otherwise the node is put back at
 * once, and it rejects with a NodeFailure that tells how it was left and what the kubelet said last. A RequestError comes from before
 * anything was begun, what `onOther` rejects with from after it.
 */
export async function changeNode(
  work: NodeWork,
  change: NodeChange,
  { method, onOther, limitMs = readyMs }: ChangeOptions,
): Promise<Written> {
  let heartbeat = ''
  const written = await writeFile(work, change, method, async () => {
    heartbeat = await lastHeartbeat(work, change.node)
  })
  if (written.text !== change.after) await onOther(written.text)
  const resolvConf = resolvConfIn(written.text)
  const why = await awaitKubelet(work, { node: change.node, heartbeat, resolvConf, limitMs })
  if (why === null) return written
  const { node, file, before } = change
  const original = { node, file, before, present: written.text, isReordered: false, run: work.run }
  const journal = await putBack(work, original, why)
  throw new NodeFailure(
    `Node ${node} was not as it should be within ${limitMs / 1000} s: ${why}. ${file} was put back to what it was.${journal && `\n${scrub(journal)}`}`,
    {
      code: 'node-kubelet-failed',
      hint: `Read what its kubelet says: journalctl -u kubelet on ${node}`,
      left: 'put-back',
    },
  )
}

/** Also after Ctrl-C: a node is never left with a kubelet that does not work. */
async function putBack(work: NodeWork, original: Original, why: string): Promise<string> {
  return restoreNode(unending(work), original).catch(error => {
    if (!(error instanceof NodeFailure)) throw error
    const { code, hint } = error
    throw new NodeFailure(`${error.message}\nIt was to be put back because ${why}`, { code, hint, left: 'unknown' })
  })
}

/** Gives a node back its file, and resolves when it is Ready with it: what its kubelet said last before that. Rejects as `restoreFile`. */
export async function restoreNode(work: NodeWork, original: Original): Promise<string> {
  const { node } = original
  let heartbeat = ''
  const journal = await restoreFile(work, original, async () => {
    heartbeat = await lastHeartbeat(work, node)
  })
  // What the kubelet had before may come from another place than this file.
  const why = await awaitKubelet(work, { node, heartbeat, resolvConf: null, limitMs: readyMs })
  if (why === null) return journal
  throw new NodeFailure(
    `Node ${node} has ${original.file} back, but was not Ready within ${readyMs / 1000} s: ${why}`,
    {
      code: 'node-kubelet-failed',
      hint: `Read what its kubelet says: journalctl -u kubelet on ${node}`,
      left: 'unknown',
    },
  )
}
