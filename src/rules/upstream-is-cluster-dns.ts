import { configMapRef, finding } from '../finding.ts'
import { addressesOf, conventionalService, podRef, selects } from '../snapshot/dns.ts'
import type { Service } from '../snapshot/objects.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-is-cluster-dns',
  title: "no upstream is the cluster's own DNS Service",
  codes: ['DNS304'],
  subject: 'pods',
  inputs: ['workloads', 'pods', 'services'],
  uses: ['configMaps', 'metrics', 'logs'],
  *check({ services, ...evidence }) {
    // Another Service of the cluster may well be a resolver; it is a circle only when the DNS Pods are behind it.
    const usual = conventionalService(services)
    const isOwn = (s: Service) => s === usual || evidence.pods.some(p => selects(s.spec.selector, p.metadata.labels))
    const own = new Set(services.filter(isOwn).flatMap(addressesOf))
    const circling = upstreams(evidence).filter(u => own.has(u.address))
    for (const [address, uses] of Map.groupBy(circling, u => u.address)) {
      const named = uses.find(u => u.seen.source.startsWith('ConfigMap '))
      const first = uses[0]
      if (!first) continue
      const object = named ? configMapRef(named.seen.source.slice('ConfigMap '.length)) : podRef(first.pod)
      yield finding('DNS304', object, { address }, 'all', [...new Map(uses.map(u => [u.seen.text, u.seen])).values()])
    }
  },
})
