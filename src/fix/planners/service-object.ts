import { parse } from 'yaml'
import { isInBlock } from '../../snapshot/blocks.ts'
import { clusterEngine, hasAddress, isServiceAddress, runsServer } from '../../snapshot/dns.ts'
import type { Service } from '../../snapshot/objects.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import type { KubeObject } from '../plan.ts'

type Labels = Readonly<Record<string, string>>

/** Labels that tell one roll-out from the next, which a Service must not select. */
const passing = new Set(['pod-template-hash', 'controller-revision-hash', 'pod-template-generation'])

/**
 * The labels by which a Service finds the DNS Pods: `k8s-app=kube-dns`, which all stock manifests have, else what their
 * workload selects, else what the Pods are labelled; undefined where there is no DNS server.
 */
export function serverLabels({ workloads, pods }: Pick<Evidence, 'workloads' | 'pods'>): Labels | undefined {
  const templates = workloads.filter(w => runsServer(w.spec.template.spec))
  const servers = [
    ...templates.map(w => ({ own: w.spec.template.metadata?.labels ?? {}, selected: w.spec.selector?.matchLabels })),
    ...pods.filter(p => runsServer(p.spec)).map(p => ({ own: p.metadata.labels ?? {}, selected: undefined })),
  ].filter(s => Object.keys(s.own).length > 0)
  const usual = servers.some(s => s.own['k8s-app'] === 'kube-dns')
  if (usual) return { 'k8s-app': 'kube-dns' }
  const [first] = servers
  return first && (first.selected ?? lasting(first.own))
}

const lasting = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !passing.has(key)))

/** Where the DNS server listens: the port that its container calls dns, or 53. */
export function dnsPort(evidence: Pick<Evidence, 'workloads' | 'pods'>, protocol: string): number {
  const specs = [...evidence.workloads.map(w => w.spec.template.spec), ...evidence.pods.map(p => p.spec)]
  const ports = specs.filter(runsServer).flatMap(spec => spec.containers.flatMap(c => c.ports ?? []))
  const named = ports.find(p => p.name?.startsWith('dns') && (p.protocol ?? 'TCP') === protocol)
  return named?.containerPort ?? 53
}

/** A Service with this address, as kubeadm writes it (kubernetes 1.35, cmd/kubeadm/app/phases/addons/dns/manifests.go). */
export function newService(evidence: Evidence, clusterIP: string, selector: Labels): KubeObject {
  const isCoreDns = clusterEngine(evidence) === 'coredns'
  const labels = {
    'k8s-app': 'kube-dns',
    'kubernetes.io/cluster-service': 'true',
    'kubernetes.io/name': isCoreDns ? 'CoreDNS' : 'KubeDNS',
  }
  const annotations = { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' }
  const dns = [
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: dnsPort(evidence, 'UDP') },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: dnsPort(evidence, 'TCP') },
  ]
  const metrics = { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels, ...(isCoreDns ? { annotations } : {}) },
    spec: { clusterIP, selector, ports: isCoreDns ? [...dns, metrics] : dns },
  }
}

/** The networks that ClusterIPs are taken from, where objects that were read say them; empty: the API server knows. */
export function serviceRanges(objects: ReadonlyMap<string, KubeObject>): readonly string[] {
  const own = [...objects.values()].filter(o => o.kind === 'ServiceCIDR')
  const cidrs = own.flatMap(o => (o.spec as { readonly cidrs?: readonly string[] } | undefined)?.cidrs ?? [])
  return cidrs.length > 0 ? cidrs : kubeadmRange(objects)
}

function kubeadmRange(objects: ReadonlyMap<string, KubeObject>): readonly string[] {
  const map = objects.get('/api/v1/namespaces/kube-system/configmaps/kubeadm-config')
  const text = (map?.data as Labels | undefined)?.ClusterConfiguration
  const config = parse(text ?? '') as { readonly networking?: { readonly serviceSubnet?: string } } | null
  return config?.networking?.serviceSubnet?.split(',').map(cidr => cidr.trim()) ?? []
}

/** Why a Service cannot have this address; null when nothing speaks against it. */
export function whyNotAddress(address: string, ranges: readonly string[]): string | null {
  if (ranges.length === 0 || ranges.some(cidr => isInBlock({ cidr }, address))) return null
  return `${address}, which the kubelets hand out, is not in the range of Services (${ranges.join(', ')})`
}

/** The Service, of those that were seen, that has an address which the kubelets hand out. */
export function holderOf({ kubelets, services }: Evidence, objects: ReadonlyMap<string, KubeObject>) {
  const read = [...objects.values()].filter(o => o.kind === 'Service') as unknown as readonly Service[]
  const asked = kubelets.flatMap(k => k.clusterDNS).filter(isServiceAddress)
  const taken = asked.flatMap(address => {
    const service = [...services, ...read].find(s => hasAddress(s, address))
    return service ? [{ address, service }] : []
  })
  return taken[0]
}
