import { upstreamsOf } from '../corefile/upstreams.ts'
import { configMapRef, finding } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { addressesOf, conventionalService, isGoing, podRef, selects } from '../snapshot/dns.ts'
import type { Service } from '../snapshot/objects.ts'
import { resolveExternal } from '../snapshot/outcomes.ts'
import { type Upstream, type UpstreamEvidence, upstreams } from '../snapshot/upstreams.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-is-cluster-dns',
  title: "no upstream is the cluster's own DNS Service",
  codes: ['DNS304'],
  subject: 'pods',
  inputs: ['workloads', 'pods', 'services'],
  uses: ['configMaps', 'metrics', 'logs', 'answers'],
  *check({ services, ...evidence }) {
    // Another Service of the cluster may well be a resolver; it is a circle only when the DNS Pods are behind it.
    const usual = conventionalService(services)
    const isOwn = (s: Service) => s === usual || evidence.pods.some(p => selects(s.spec.selector, p.metadata.labels))
    const own = new Set(services.filter(isOwn).flatMap(addressesOf))
    const circling = [...upstreams(evidence).filter(u => own.has(u.address)), ...clusterFirst(evidence, [...own])]
    for (const [address, uses] of Map.groupBy(circling, u => u.address)) {
      const named = uses.find(u => u.seen.source.startsWith('ConfigMap '))
      const first = uses[0]
      if (!first) continue
      const object = named ? configMapRef(named.seen.source.slice('ConfigMap '.length)) : podRef(first.pod)
      const pods = uses.map(u => u.pod)
      const reach = resolveExternal(pods, evidence.answers) ? 'soon' : 'all'
      yield finding('DNS304', object, { address }, reach, [...new Map(uses.map(u => [u.seen.text, u.seen])).values()])
    }
  },
})

/** With dnsPolicy ClusterFirst the resolv.conf of a DNS Pod names the Service that the Pod itself is behind. */
function clusterFirst(seen: UpstreamEvidence, [address]: readonly string[]): readonly Upstream[] {
  const corefile = mountedCorefile(seen)?.corefile
  const forwardsToFile = corefile && upstreamsOf(corefile).some(f => f.targets.some(t => t.kind === 'file'))
  if (!forwardsToFile || address === undefined) return []
  const hit = seen.pods.filter(p => !isGoing(p) && p.spec.dnsPolicy === 'ClusterFirst' && !p.spec.hostNetwork)
  return hit.map(pod => ({
    pod,
    address,
    port: 53,
    transport: 'dns',
    from: 'resolv.conf',
    seen: { source: `Pod ${pod.metadata.name}`, text: 'dnsPolicy: ClusterFirst, where a DNS Pod needs Default' },
  }))
}
