import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../../kube/failures.ts'
import { whyNotReady } from '../../probes/reasons.ts'
import { askConfigz } from '../../snapshot/kubelets.ts'
import type { Condition, Node } from '../../snapshot/objects.ts'
import type { NodeWork } from './work.ts'

/** The resolv.conf that the running kubelet hands out, flags and configuration merged; '' for none. Rejects with a RequestError. */
export async function askResolvConf({ client, signal }: NodeWork, node: string): Promise<string> {
  return (await askConfigz(client, node, signal))?.resolvConf ?? ''
}

/** The sign of life of the kubelet that runs now; to be read before its restart. Rejects with a RequestError. */
export async function lastHeartbeat({ client, signal }: NodeWork, node: string): Promise<string> {
  return heartbeatOf(await client.get<Node>(`/api/v1/nodes/${node}`, { signal }))
}

type Beating = Condition & { readonly lastHeartbeatTime?: string }

const heartbeatOf = (node: Node): string =>
  (node.status?.conditions?.find(c => c.type === 'Ready') as Beating | undefined)?.lastHeartbeatTime ?? ''

/** What a restarted kubelet is waited for with. */
export interface Awaited {
  readonly node: string
  /** from before the restart */
  readonly heartbeat: string
  /** what it must hand out; null where that is not known */
  readonly resolvConf: string | null
  readonly limitMs: number
}

/**
 * Waits until the kubelet that was restarted says that its node is Ready, and hands out the resolv.conf that it should. A kubelet writes its
 * state at once when it starts, otherwise only every few minutes (kubelet_node_status.go): times are compared for being others, not for
 * being later, because nobody's clock is right. Resolves with null, or with why it is not so after the time.
 */
export async function awaitKubelet(work: NodeWork, awaited: Awaited): Promise<string | null> {
  const end = Date.now() + awaited.limitMs
  for (;;) {
    const why = await whyNotYet(work, awaited)
    if (why === null || Date.now() >= end) return why
    await sleep(500)
  }
}

async function whyNotYet(work: NodeWork, { node: name, heartbeat, resolvConf }: Awaited): Promise<string | null> {
  // What has been begun on a node is brought to its end.
  const unhurried = { ...work, signal: new AbortController().signal }
  try {
    const node = await work.client.get<Node>(`/api/v1/nodes/${name}`)
    if (heartbeatOf(node) === heartbeat) return 'its kubelet has not reported since the restart'
    const notReady = whyNotReady(node)
    if (notReady || resolvConf === null) return notReady
    const running = await askResolvConf(unhurried, name)
    return running === resolvConf ? null : `its kubelet hands out ${running || 'no resolv.conf'}, not ${resolvConf}`
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    const isUnaskable = error.kind === 'forbidden' && error.path.endsWith('/configz')
    return isUnaskable ? null : error.message
  }
}
