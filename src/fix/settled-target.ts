import { dnsService, isNodeCache, runsServer, selects } from '../snapshot/dns.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { dnsNamespace } from './live.ts'
import type { DnsServer } from './settled-pods.ts'

/**
 * The DNS server that a repair is waited for, out of what was seen. Its Pods are found by the labels of their workload: the
 * Service's own selector may be what is repaired.
 */
export function dnsServerOf(evidence: Evidence): DnsServer {
  const service = dnsService(evidence)
  const servers = evidence.workloads.filter(w => !isNodeCache(w) && runsServer(w.spec.template.spec))
  const isOwn = (labels: Readonly<Record<string, string>> | undefined) =>
    evidence.pods.some(pod => selects(labels, pod.metadata.labels))
  const workload = servers.find(w => isOwn(w.spec.selector?.matchLabels)) ?? servers[0]
  return {
    namespace: dnsNamespace(evidence),
    selector: workload?.spec.selector?.matchLabels ?? service?.spec.selector ?? { 'k8s-app': 'kube-dns' },
    service,
    workload,
    name: evidence.questions.find(q => q.scope === 'cluster')?.name ?? 'kubernetes.default.svc.cluster.local',
  }
}
