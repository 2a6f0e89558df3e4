import { isLinkLocal, sameAddress } from '../dns/address.ts'
import type { Container, Pod, PodSpec, Service, Workload } from './objects.ts'
import type { Evidence } from './snapshot.ts'

export type Engine = 'coredns' | 'kube-dns' | 'node-local' | 'cloud' | 'unknown'

const imageIs = (c: Container, pattern: RegExp) => pattern.test(c.image ?? '')

/** The DNS engine, from containers and images, never from the Service's name: both engines' Service is `kube-dns`. */
export function engineOf(spec: PodSpec): Engine {
  const has = (name: string, image: RegExp) => spec.containers.some(c => c.name === name || imageIs(c, image))
  if (has('kubedns', /k8s-dns-kube-dns/) || has('dnsmasq', /k8s-dns-dnsmasq/)) return 'kube-dns'
  if (has('node-cache', /k8s-dns-node-cache/)) return 'node-local'
  if (has('coredns', /coredns/) || spec.containers.some(c => c.args?.includes('-conf'))) return 'coredns'
  return 'unknown'
}

/** True for what answers behind the DNS Service; a node-local cache stands between it and Pods. */
export const runsServer = (spec: PodSpec): boolean => ['coredns', 'kube-dns'].includes(engineOf(spec))

export const isNodeCache = (w: Workload): boolean =>
  w.kind === 'DaemonSet' && engineOf(w.spec.template.spec) === 'node-local'

/** What answers in this cluster: its servers before the cache in front of them. */
export function clusterEngine(evidence: Pick<Evidence, 'pods' | 'workloads' | 'kubelets'>): Engine {
  const specs = [...evidence.pods.map(p => p.spec), ...evidence.workloads.map(w => w.spec.template.spec)]
  const known = [...specs.filter(runsServer), ...specs].map(engineOf).find(e => e !== 'unknown')
  return known ?? (outsideAddress(evidence) === undefined ? 'unknown' : 'cloud')
}

/**
 * The address that Pods ask where no DNS server of this cluster is behind it: every kubelet hands out link-local
 * addresses only, and no node-local cache runs that would listen there.
 */
export function outsideAddress({ kubelets, workloads }: Pick<Evidence, 'kubelets' | 'workloads'>): string | undefined {
  const isOutside = kubelets.every(k => k.clusterDNS.length > 0 && !k.clusterDNS.some(isServiceAddress))
  return isOutside && !workloads.some(isNodeCache) ? kubelets[0]?.clusterDNS[0] : undefined
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
  const byAddress = evidence.services.find(s => servesDns(s) && isAsked(s, evidence.kubelets))
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

export const hasAddress = (service: Service, address: string): boolean =>
  addressesOf(service).some(own => sameAddress(own, address))

/** True when some kubelet hands out an address of this Service. */
export const isAsked = (service: Service, kubelets: Evidence['kubelets']): boolean =>
  kubelets.some(k => k.clusterDNS.some(address => hasAddress(service, address)))

/** False for a Service that cannot be meant for DNS, whoever hands out its address. */
export function servesDns(service: Service): boolean {
  const ports = service.spec.ports ?? []
  return ports.length === 0 || ports.some(p => p.port === 53)
}

/** Link-local addresses are those of NodeLocal DNSCache and of clouds: no Service has them, and none needs to. */
export const isServiceAddress = (address: string): boolean => !isLinkLocal(address)

export const podRef = (pod: Pod) => ({ kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })

export const serviceRef = ({ metadata }: Service) => ({
  kind: 'Service',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

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
