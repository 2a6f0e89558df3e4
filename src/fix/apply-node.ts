import type { Client } from '../kube/client.ts'
import { changeNode, restoreNode } from './node/change.ts'
import type { NodeWork } from './node/work.ts'
import type { Method, NodeChange } from './plan.ts'
import { restartDnsPods } from './restart.ts'
import { type DnsServer, listDnsPods } from './settled-pods.ts'
import { unending, type Waiting } from './settled-wait.ts'

/** The two things that are done on a node; both reject with a NodeFailure that says how the node was left. */
export interface NodeHands {
  /** `onOther` hears what was really written, where that is not what was planned */
  readonly write: (change: NodeChange, onOther: (text: string) => Promise<void>) => Promise<unknown>
  /** gives back what was there before the change; `force`: whatever is there now */
  readonly restore: (change: NodeChange, force: boolean) => Promise<unknown>
}

/** Hands for the nodes of a cluster. `run` is the run that made the change, whose back-ups are given back. */
export const nodeHands = (work: NodeWork, method: Method, run: string): NodeHands => ({
  write: (change, onOther) => changeNode(work, change, { method, onOther }),
  // What takes back is never interrupted, whatever ended the run.
  restore: ({ node, file, before, after }, force) =>
    restoreNode(unending(work), {
      node,
      file,
      before,
      present: force ? null : after,
      isReordered: method === 'kubeadm',
      run,
    }),
})

/**
 * Makes the DNS Pods of these nodes anew: a Pod has the resolv.conf of the day it was made. Only after the last node, for a Pod that
 * is replaced may come up on any of them.
 */
export async function renewPodsOn(client: Client, dns: DnsServer, nodes: ReadonlySet<string>, waiting: Waiting) {
  if (nodes.size === 0) return []
  const pods = await listDnsPods(client, dns, waiting.signal)
  return restartDnsPods(
    client,
    dns,
    pods.filter(pod => nodes.has(pod.spec.nodeName ?? '')),
    waiting,
  )
}
