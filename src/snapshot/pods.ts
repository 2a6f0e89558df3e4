import { RequestError } from '../kube/failures.ts'
import { askPod } from './answers.ts'
import { isGoing, isReady, isServing, serverContainer } from './dns.ts'
import { attempt, type Look } from './look.ts'
import { parseMetrics } from './metrics.ts'
import type { ContainerStatus, Pod, Service } from './objects.ts'
import type { ContainerLog, Evidence, PodMetrics, Question, Readiness } from './snapshot.ts'

type Said = Pick<Evidence, 'logs' | 'metrics' | 'readiness' | 'answers'>

export const joinedWords = (said: readonly Said[]): Said => ({
  logs: said.flatMap(s => s.logs),
  metrics: said.flatMap(s => s.metrics),
  readiness: said.flatMap(s => s.readiness),
  answers: said.flatMap(s => s.answers),
})

/** What a DNS Pod itself says: its logs, its metrics, what it waits for, and its answers. All of it in parallel. */
export async function lookInto(
  look: Look,
  pod: Pod,
  service: Service | undefined,
  questions: Promise<readonly Question[]>,
): Promise<Said> {
  if (isGoing(pod)) return { logs: [], metrics: [], readiness: [], answers: [] }
  const [logs, metrics, readiness, answers] = await Promise.all([
    readLogs(look, pod),
    readMetrics(look, pod),
    readReadiness(look, pod),
    isServing(pod) && !pod.spec.hostNetwork ? askPod(look, pod, service, questions) : [],
  ])
  return { logs, metrics, readiness, answers }
}

const podPath = (pod: Pod) => `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`

/** The containers whose words tell something: the DNS server, and kube-dns's own. */
const talkative = new Set(['coredns', 'dnsmasq', 'kubedns', 'node-cache'])

async function readLogs(look: Look, pod: Pod): Promise<readonly ContainerLog[]> {
  const server = serverContainer(pod.spec)?.name
  const statuses = pod.status?.containerStatuses?.filter(s => talkative.has(s.name) || s.name === server) ?? []
  const parts = statuses.flatMap(s => partsOf(s).map(part => readLog(look, pod, s.name, part)))
  return (await Promise.all(parts)).flat()
}

function partsOf(status: ContainerStatus): readonly ContainerLog['part'][] {
  const started = status.state?.running !== undefined || status.state?.terminated !== undefined
  const previous = status.restartCount > 0 && status.lastState?.terminated ? (['previous'] as const) : []
  // dnsmasq names its upstreams when it starts, and that may be far back.
  const head = started && status.name === 'dnsmasq' ? (['head'] as const) : []
  return [...previous, ...head, ...(started || status.restartCount > 0 ? (['tail'] as const) : [])]
}

const ranges = {
  previous: 'previous=true&tailLines=50&limitBytes=32768',
  head: 'limitBytes=8192',
  tail: 'tailLines=200&limitBytes=65536',
} as const

async function readLog(look: Look, pod: Pod, container: string, part: ContainerLog['part']) {
  const path = `${podPath(pod)}/log?container=${container}&${ranges[part]}`
  const name = pod.metadata.name
  const text = await attempt(look, { input: 'logs', object: name }, () =>
    look.client.text(path, { signal: look.signal }),
  )
  return text === undefined ? [] : [{ pod: name, container, part, text }]
}

/** kube-dns's metrics come from its sidecar; CoreDNS's from the port it calls metrics, 9153 unless told otherwise. */
function metricsPort(pod: Pod): number {
  if (pod.spec.containers.some(c => c.name === 'sidecar')) return 10054
  return serverContainer(pod.spec)?.ports?.find(p => p.name === 'metrics')?.containerPort ?? 9153
}

async function readMetrics(look: Look, pod: Pod): Promise<readonly PodMetrics[]> {
  if (!isServing(pod)) return []
  const path = `${podPath(pod)}:${metricsPort(pod)}/proxy/metrics`
  const get = () => look.client.text(path, { signal: look.signal, timeoutMs: 5000, limitBytes: 4 << 20 })
  const text = await attempt(look, { input: 'metrics', object: pod.metadata.name }, get)
  return text === undefined ? [] : [{ pod: pod.metadata.name, samples: parseMetrics(text) }]
}

/** `/ready` answers 503 with the plugins that are not ready (CoreDNS, plugin/ready); only asked where a Pod is not. */
async function readReadiness(look: Look, pod: Pod): Promise<readonly Readiness[]> {
  if (!isServing(pod) || isReady(pod) || serverContainer(pod.spec)?.name !== 'coredns') return []
  const path = `${podPath(pod)}:8181/proxy/ready`
  const get = () => look.client.text(path, { signal: look.signal, timeoutMs: 5000, limitBytes: 4096 }).catch(unready)
  const body = await attempt(look, { input: 'readiness', object: pod.metadata.name }, get)
  return body === undefined ? [] : [{ pod: pod.metadata.name, body }]
}

/** The body of a 503 is the list of plugins, unless it is the API server's own word that it did not reach the Pod. */
function unready(error: unknown): string {
  if (error instanceof RequestError && error.status === 503 && /^\w+(,\w+)*$/.test(error.message)) return error.message
  throw error
}
