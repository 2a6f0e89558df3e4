import { finding, refName } from '../finding.ts'
import {
  addressesOf,
  conventionalService,
  dnsService,
  hasAddress,
  isServiceAddress,
  servesDns,
} from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'cluster-dns-mismatch',
  title: 'every kubelet gives Pods the address of the DNS Service',
  codes: ['DNS402'],
  subject: 'service',
  inputs: ['services', 'kubelets'],
  *check({ services, kubelets }) {
    const service = conventionalService(services) ?? dnsService({ services, kubelets })
    if (!service) return
    const known = [service, ...services.filter(servesDns)]
    const isRight = (address: string) => !isServiceAddress(address) || known.some(s => hasAddress(s, address))
    const wrong = kubelets.filter(k => !k.clusterDNS.some(isRight))
    for (const group of Map.groupBy(wrong, k => k.clusterDNS.join()).values()) {
      const nodes = group.map(k => k.node)
      const clusterDNS = group[0]?.clusterDNS ?? []
      const clusterIP = addressesOf(service)[0] ?? 'without an address'
      const name = refName(service.metadata)
      yield finding(
        'DNS402',
        { kind: 'Node', name: nodes[0] ?? '' },
        { nodes, clusterDNS, service: name, clusterIP },
        wrong.length === kubelets.length ? 'all' : 'some',
        [
          { source: `kubelet on ${nodes.join(', ')}`, text: `clusterDNS: ${clusterDNS.join(', ') || '(none)'}` },
          { source: `Service ${name}`, text: `clusterIP: ${clusterIP}` },
        ],
      )
    }
  },
})
