import type { Container, Pod, PodSpec, Service, Workload } from './objects.ts'
import type { Evidence } from './snapshot.ts'

export type Engine = 'coredns' | 'kube-dns' | 'node-local' | 'unknown'

const imageIs = (c: Container, pattern: RegExp) => pattern.test(c.image ?? '')

/** The DNS engine, from containers and images, never from the Service's name: both engines' Service is `kube-dns`. */
export function engineOf(spec: PodSpec): Engine {
  const has = (name: string, image: RegExp) => spec.containers.some(c => c.name === name || imageIs(c, image))
  if (has('kubedns', /k8s-dns-kube-dns/) || has('dnsmasq', /k8s-dns-dnsmasq/)) return 'kube-dns'
  if (has('node-cache', /k8s-dns-node-cache/)) return 'node-local'
  if (has('coredns', /coredns/) || spec.containers.some(c => c.args?.includes('-conf'))) return 'coredns'
  return 'unknown'
}

export function clusterEngine(evidence: Pick<Evidence, 'pods' | 'workloads'>): Engine {
  const specs = [...evidence.pods.map(p => p.spec), ...evidence.workloads.map(w => w.spec.template.spec)]
  return specs.map(engineOf).find(e => e !== 'unknown') ?? 'unknown'
}

/** The container that answers on port 53. */
export function serverContainer(spec: PodSpec): Container | undefined {
  const names = ['coredns', 'dnsmasq', 'node-cache']
  return (
    spec.containers.find(c => names.includes(c.name)) ??
    spec.containers.find(c => c.ports?.some(p => p.containerPort === 53)) ??
    spec.containers[0]
  )
}

/**
 * The Service that Pods ask: the one with the address that kubelets hand out, whatever its name and namespace;
 * where kubelets could not be seen or agree with none, the one that is named or labelled as cluster DNS.
 */
export function dnsService(evidence: Pick<Evidence, 'services' | 'kubelets'>): Service | undefined {
  const asked = new Set(evidence.kubelets.flatMap(k => k.clusterDNS))
  const byAddress = evidence.services.find(s => addressesOf(s).some(a => asked.has(a)))
  return byAddress ?? conventionalService(evidence.services)
}

/** The Service that looks like cluster DNS by its name or label. */
export function conventionalService(services: readonly Service[]): Service | undefined {
  const named = services.find(s => s.metadata.name === 'kube-dns')
  return named ?? services.find(s => s.metadata.labels?.['k8s-app'] === 'kube-dns' && !isUpstreamService(s))
}

/** NodeLocal DNSCache's own Service for the servers behind it; Pods do not ask it. */
const isUpstreamService = (s: Service) => s.metadata.name === 'kube-dns-upstream'

export function addressesOf(service: Service): readonly string[] {
  return (service.spec.clusterIPs ?? [service.spec.clusterIP ?? '']).filter(a => a !== '' && a !== 'None')
}

/** Link-local addresses are those of NodeLocal DNSCache and of clouds: no Service has them, and none needs to. */
export const isServiceAddress = (address: string) => !address.startsWith('169.254.')

export const podRef = (pod: Pod) => ({ kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') === true

/** True for a Pod that is being deleted, and for what an eviction or a shutdown of its node left behind. */
export const isGoing = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'

/** True while the container that answers on port 53 runs, Ready or not. */
export function isServing(pod: Pod): boolean {
  const server = serverContainer(pod.spec)?.name
  return pod.status?.containerStatuses?.some(c => c.name === server && c.state?.running !== undefined) === true
}

/** Who is hit by something that these Pods have: all, when no other DNS Pod is Ready. */
export function reachOf(hit: readonly Pod[], pods: readonly Pod[]): 'all' | 'some' {
  const names = new Set(hit.map(p => p.metadata.name))
  return pods.some(p => !names.has(p.metadata.name) && isReady(p)) ? 'some' : 'all'
}

export const workloadRef = (w: Workload) => ({
  kind: w.kind,
  namespace: w.metadata.namespace ?? '',
  name: w.metadata.name,
})

export const labelText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** True when every label that the selector asks for is there. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const wanted = Object.entries(selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value)
}
