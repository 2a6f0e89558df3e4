import { queryStream } from '../dns/query.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { serverPort } from '../snapshot/answers.ts'
import { isGoing, isReady, isServing, labelText } from '../snapshot/dns.ts'
import { readyEndpoints } from '../snapshot/endpoints.ts'
import type { ContainerState, EndpointSlice, Pod, Service, Workload } from '../snapshot/objects.ts'

/** The DNS server that is repaired: what its Pods are called by, and who stands before and behind them. */
export interface DnsServer {
  readonly namespace: string
  /** the labels by which the Pods are found */
  readonly selector: Readonly<Record<string, string>>
  readonly service: Service | undefined
  readonly workload: Workload | undefined
  /** a name that every working DNS Pod has some answer to */
  readonly name: string
}

/** The DNS Pods that are there now and not on their way out. Rejects with a RequestError. */
export async function listDnsPods(client: Client, dns: DnsServer, signal: AbortSignal): Promise<readonly Pod[]> {
  const selector = encodeURIComponent(labelText(dns.selector))
  const path = `/api/v1/namespaces/${dns.namespace}/pods?labelSelector=${selector}`
  const { items } = await client.get<{ readonly items: readonly Pod[] }>(path, { signal })
  return items.filter(pod => !isGoing(pod))
}

/** The names of the Pods that the DNS Service sends to; undefined where there is no Service. */
export async function servedPods(client: Client, dns: DnsServer, signal: AbortSignal) {
  const { service } = dns
  if (!service) return undefined
  const { namespace, name } = service.metadata
  const label = encodeURIComponent(`kubernetes.io/service-name=${name}`)
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${label}`
  const { items } = await client.get<{ readonly items: readonly EndpointSlice[] }>(path, { signal })
  return new Set(readyEndpoints(service, items).flatMap(e => e.targetRef?.name ?? []))
}

/** The Pods that are Ready and get the Service's queries. Rejects with a RequestError. */
export async function workingPods(client: Client, dns: DnsServer, signal: AbortSignal): Promise<readonly Pod[]> {
  const [pods, served] = await Promise.all([listDnsPods(client, dns, signal), servedPods(client, dns, signal)])
  return pods.filter(pod => isReady(pod) && (served === undefined || served.has(pod.metadata.name)))
}

/** How many DNS Pods there should be: what the workload wants; one where that is not known. */
export async function wantedPods(client: Client, dns: DnsServer, signal: AbortSignal): Promise<number> {
  if (!dns.workload) return 1
  const live = await client.get<Workload>(workloadPath(dns.workload), { signal })
  const wanted = dns.workload.kind === 'DaemonSet' ? live.status?.desiredNumberScheduled : (live.spec.replicas ?? 1)
  return wanted ?? 1
}

export function workloadPath({ kind, metadata }: Workload): string {
  const resource = kind === 'DaemonSet' ? 'daemonsets' : 'deployments'
  return `/apis/apps/v1/namespaces/${metadata.namespace}/${resource}/${metadata.name}`
}

/**
 * Whether the Pod replies, whatever the reply: that it is the right one is for `verify` to say. A Pod on its node's network
 * is not reached by port-forward, and its readiness has to do.
 */
export async function replies(client: Client, dns: DnsServer, pod: Pod, signal: AbortSignal): Promise<boolean> {
  if (pod.spec.hostNetwork) return isReady(pod)
  if (!isServing(pod)) return false
  const port = serverPort(pod, dns.service)
  const stream = await client.forward(dns.namespace, pod.metadata.name, port, signal).catch(unlessEnded)
  if (!stream) return false
  try {
    return 'rcode' in (await queryStream(stream, dns.name, 'A', { timeoutMs: 3000 }))
  } finally {
    stream.destroy()
  }
}

/** A Pod that goes or comes up cannot be asked; who may not ask must hear so. */
function unlessEnded(error: unknown): undefined {
  const isFinal = error instanceof RequestError && ['aborted', 'forbidden', 'unauthorized'].includes(error.kind)
  if (isFinal || !(error instanceof RequestError)) throw error
}

/** A Pod that crashed: the kubelet waits, longer each time and up to five minutes, before it tries again. */
export const isStuck = (pod: Pod): boolean =>
  pod.status?.containerStatuses?.some(c => c.state?.waiting?.reason === 'CrashLoopBackOff') === true

/** How often containers of a Pod have ended, the present ends among them. */
export const endsOf = (pod: Pod): number =>
  (pod.status?.containerStatuses ?? []).reduce((n, c) => n + c.restartCount + (isEnded(c.state ?? {}) ? 1 : 0), 0)

const isEnded = ({ terminated, waiting }: ContainerState): boolean =>
  terminated !== undefined || waiting?.reason === 'CrashLoopBackOff'

/**
 * A Pod that no configuration reaches: without a node, or on one that is down. There its containers are still said to be ready,
 * and the Pod is not (k8s.io/kubernetes, pkg/controller/nodelifecycle: MarkPodsNotReady).
 */
export function isOut(pod: Pod): boolean {
  if (!pod.spec.nodeName || pod.status?.reason === 'NodeLost') return true
  const statuses = pod.status?.containerStatuses ?? []
  return !isReady(pod) && statuses.length > 0 && statuses.every(c => c.ready)
}
