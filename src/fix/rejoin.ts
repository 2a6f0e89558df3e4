import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Pod } from '../snapshot/objects.ts'
import { patiently } from './apply-patience.ts'
import { type DnsServer, workingPods } from './settled-pods.ts'
import { TimeUp, until, type Waiting } from './settled-wait.ts'

/** The kubelet spreads its first probes after a start over their period, which is ten seconds where nothing else is said. */
const probedMs = 12_000
const rejoinMs = 30_000

/**
 * Does `work`, which starts a node's kubelet anew, and resolves when the DNS Pods of that node that served before serve again. A kubelet
 * that was just started has not probed its Pods yet, and reports them as not Ready until it has (kubernetes, pkg/kubelet/prober:
 * prober_manager.go UpdatePodStatus, worker.go run): seconds later they leave the Service for seconds. Who goes on at once, with the next
 * kubelet or by deleting another DNS Pod, leaves the Service without any. After half a minute it goes on all the same: a Pod that stays
 * away is seen by what comes next. Where no DNS Pod of the node serves, nothing is waited for.
 */
export async function rejoining<T>(
  client: Client,
  dns: DnsServer,
  node: string,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const before = await patiently(waiting, () => servingOn(client, dns, node, waiting.signal))
  const done = await work()
  if (before.length > 0) await served(client, dns, node, before, waiting)
  return done
}

async function served(client: Client, dns: DnsServer, node: string, before: readonly Pod[], waiting: Waiting) {
  const start = waiting.clock.now()
  const names = before.map(pod => pod.metadata.name)
  const unprobed = new Set(before.filter(isUnprobed).map(pod => pod.metadata.name))
  const look = async () => {
    const serving = new Set((await servingOn(client, dns, node, waiting.signal)).map(pod => pod.metadata.name))
    const probed = await probedOn(client, node, waiting.signal)
    const isProbed = (name: string) =>
      unprobed.has(name) || (probed?.has(name) ?? waiting.clock.now() - start >= probedMs)
    const left = names.filter(name => !serving.has(name) || !isProbed(name))
    if (left.length === 0) return { done: true as const, value: undefined }
    return { done: false as const, missing: `the kubelet on ${node} has not probed ${left.join(', ')} yet` }
  }
  await until(waiting, rejoinMs, look).catch(error => {
    if (!(error instanceof TimeUp)) throw error
  })
}

/** Such a Pod is Ready as long as it runs. */
const isUnprobed = ({ spec }: Pod): boolean => !spec.containers.some(container => 'readinessProbe' in container)

async function servingOn(client: Client, dns: DnsServer, node: string, signal: AbortSignal): Promise<readonly Pod[]> {
  return (await workingPods(client, dns, signal)).filter(pod => pod.spec.nodeName === node)
}

const success = /^prober_probe_total\{(.*)\} (\S+)$/gm

/**
 * The Pods whose readiness this kubelet has found good since its start, which its counters begin anew with; undefined where they cannot
 * be read.
 */
async function probedOn(client: Client, node: string, signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  const text = await client
    .text(`/api/v1/nodes/${node}/proxy/metrics/probes`, { signal, timeoutMs: 5000, limitBytes: 4 << 20 })
    .catch(unlessUnreadable)
  if (text === undefined) return undefined
  const good = [...text.matchAll(success)].filter(([, labels = '', count]) => isGood(labels) && Number(count) > 0)
  return new Set(good.flatMap(([, labels = '']) => /pod="([^"]*)"/.exec(labels)?.[1] ?? []))
}

const isGood = (labels: string): boolean =>
  labels.includes('probe_type="Readiness"') && labels.includes('result="successful"')

function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof RequestError) || error.kind === 'aborted') throw error
}
