import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { serverContainer } from '../snapshot/dns.ts'
import type { Pod } from '../snapshot/objects.ts'
import { type CoreDnsWords, isRunningLine } from './loaded-coredns.ts'
import type { KubeDnsWords } from './loaded-kube-dns.ts'

/** Which words of a Pod count as newer than the change. */
export interface Since {
  /** how long ago the change was made; the node counts back by its own clock, so that no two clocks are compared */
  readonly ms: number
  readonly isNew: boolean
}

/** What a CoreDNS Pod says now. Words that a starting or ending container does not have yet are none. */
export async function coreDnsWords(client: Client, pod: Pod, since: Since, signal: AbortSignal): Promise<CoreDnsWords> {
  const container = serverContainer(pod.spec)?.name ?? 'coredns'
  const [tail, recent] = await Promise.all([
    readLog(client, pod, container, ranges.tail, signal),
    readSince(client, pod, container, since, signal),
  ])
  const { isNew } = since
  if (tail.some(isRunningLine)) return { log: tail, recent, metrics: '', isNew }
  // On a server that logs every query its first words may be far back.
  const [head, metrics] = await Promise.all([
    readLog(client, pod, container, ranges.head, signal),
    readMetrics(client, pod, signal),
  ])
  return { log: [...head, ...tail], recent, metrics, isNew }
}

/** What the containers of a kube-dns Pod say now. */
export async function kubeDnsWords(client: Client, pod: Pod, since: Since, signal: AbortSignal): Promise<KubeDnsWords> {
  const [head, tail, ...recent] = await Promise.all([
    readLog(client, pod, 'dnsmasq', ranges.head, signal),
    readLog(client, pod, 'dnsmasq', ranges.tail, signal),
    readSince(client, pod, 'dnsmasq', since, signal),
    readSince(client, pod, 'kubedns', since, signal),
  ])
  return { dnsmasq: [...head, ...tail], recent: recent.flat() }
}

/** The end of a container's log, of the one before it where it was restarted: what is shown when a Pod does not come up. */
export async function lastWords(client: Client, pod: Pod, signal: AbortSignal): Promise<readonly string[]> {
  const container = serverContainer(pod.spec)?.name ?? 'coredns'
  const status = pod.status?.containerStatuses?.find(s => s.name === container)
  const previous = (status?.restartCount ?? 0) > 0 ? '&previous=true' : ''
  return readLog(client, pod, container, `tailLines=10&limitBytes=8192${previous}`, signal)
}

const ranges = { head: 'limitBytes=16384', tail: 'tailLines=2000&limitBytes=1048576' } as const

/** Whole seconds, rounded down: nothing that was said before the change may come with it. */
async function readSince(client: Client, pod: Pod, container: string, since: Since, signal: AbortSignal) {
  const seconds = Math.floor(since.ms / 1000)
  if (seconds < 1) return []
  return readLog(client, pod, container, `sinceSeconds=${seconds}&${ranges.tail}`, signal)
}

async function readLog(client: Client, pod: Pod, container: string, query: string, signal: AbortSignal) {
  const { namespace, name } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container}&${query}`
  const text = await client.text(path, { signal }).catch(whatIsNotThere)
  return text.split('\n').filter(line => line !== '')
}

async function readMetrics(client: Client, pod: Pod, signal: AbortSignal): Promise<string> {
  const port = serverContainer(pod.spec)?.ports?.find(p => p.name === 'metrics')?.containerPort ?? 9153
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}:${port}/proxy/metrics`
  return client.text(path, { signal, timeoutMs: 5000, limitBytes: 4 << 20 }).catch(() => '')
}

/** A container that has not started, a Pod that is gone, a node that is down: no news. Who may not read must hear so. */
function whatIsNotThere(error: unknown): string {
  const isFinal = error instanceof RequestError && ['aborted', 'forbidden', 'unauthorized'].includes(error.kind)
  if (isFinal || !(error instanceof RequestError)) throw error
  return ''
}
