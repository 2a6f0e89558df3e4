import type { Family, Surroundings } from '../dns/proper.ts'
import { addressesOf, conventionalService, dnsService, isAsked, isGoing, isNodeCache, isServiceAddress } from './dns.ts'
import type { Evidence } from './snapshot.ts'

type Seen = Pick<Evidence, 'services' | 'pods' | 'kubelets' | 'workloads'>

/** What of a cluster decides which upstreams its DNS server can use, as far as it was seen. */
export function surroundingsOf(seen: Seen): Surroundings {
  const pods = seen.pods.filter(p => !isGoing(p))
  const addresses = pods.flatMap(p => p.status?.podIPs?.map(a => a.ip) ?? p.status?.podIP ?? [])
  const hasAll = pods.some(p => p.status?.podIPs !== undefined)
  const handedOut = seen.kubelets.flatMap(k => k.clusterDNS)
  return {
    serviceAddresses: dnsServices(seen).flatMap(addressesOf),
    podAddresses: addresses,
    cacheAddresses: seen.workloads.some(isNodeCache) ? [...new Set(handedOut)].filter(a => !isServiceAddress(a)) : [],
    // `podIP` is one of them only: a Pod of two families has the other in `podIPs`.
    families: hasAll ? [...new Set(addresses.map(familyOf))] : null,
    hostNetwork: pods.length > 0 && pods.every(p => p.spec.hostNetwork === true),
  }
}

const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4')

/** Every Service that leads to the DNS Pods: the one that Pods ask, the usual one, and NodeLocal DNSCache's own. */
function dnsServices({ services, kubelets }: Seen) {
  const found = [
    dnsService({ services, kubelets }),
    conventionalService(services),
    ...services.filter(s => isAsked(s, kubelets) || s.metadata.name === 'kube-dns-upstream'),
  ]
  return [...new Set(found.flatMap(s => s ?? []))]
}
