import { isLinkLocal, isLoopback, plainAddress, sameAddress } from '../dns/address.ts'
import { serverPort } from '../snapshot/answers.ts'
import { addressesOf, dnsService, hasAddress, isGoing, runsServer } from '../snapshot/dns.ts'
import type { Pod, Service } from '../snapshot/objects.ts'
import type { Target } from '../snapshot/observations.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'

/** What Pods on a node ask, and what is behind it: the DNS Service, these DNS Pods, and the upstreams that can be asked. */
export const targetsFor = (node: string, servers: readonly Pod[], evidence: Evidence): readonly Target[] => [
  ...frontTargets(node, evidence),
  ...podTargets(servers, evidence),
  ...upstreamTargets(evidence),
]

/**
 * The addresses that the node's kubelet hands out, and the DNS Service where they are not its own: with a node-local cache, or
 * a kubelet that is wrong. The Service alone where the kubelet was not seen.
 */
function frontTargets(node: string, evidence: Evidence): readonly Target[] {
  const service = dnsService(evidence)
  const handedOut = evidence.kubelets.find(k => k.node === node)?.clusterDNS ?? []
  const fronts = handedOut.map(address => front(plainAddress(address), evidence.services))
  const own = service && addressesOf(service)[0]
  const isAsked = own !== undefined && handedOut.some(address => service && hasAddress(service, address))
  return isAsked || own === undefined ? fronts : [...fronts, front(own, evidence.services)]
}

function front(address: string, services: readonly Service[]): Target {
  const service = services.find(s => hasAddress(s, address))
  return service
    ? { kind: 'service', name: service.metadata.name, address, port: 53 }
    : { kind: 'resolver', name: address, address, port: 53 }
}

function podTargets(servers: readonly Pod[], evidence: Evidence): readonly Target[] {
  const service = dnsService(evidence)
  return servers.map(pod => {
    const { metadata, spec, status } = pod
    const address = status?.podIP ?? ''
    const target = { kind: 'pod', name: metadata.name, address, port: serverPort(pod, service) } as const
    return spec.nodeName ? { ...target, node: spec.nodeName } : target
  })
}

/** The DNS Pods that are to stay and can be asked. */
export const serversIn = ({ pods }: Evidence): readonly Pod[] =>
  pods.filter(p => runsServer(p.spec) && !isGoing(p) && p.status?.podIP)

/** fe80::/10 needs the name of an interface, and that is another in every Pod. */
const isOnLink = (address: string): boolean => address.includes(':') && isLinkLocal(address)

/** Not those that only the DNS Pod itself reaches, or that speak something else than plain DNS. */
function upstreamTargets(evidence: Evidence): readonly Target[] {
  const isOwn = (address: string) => evidence.services.some(s => addressesOf(s).some(a => sameAddress(a, address)))
  const isReachable = (address: string) => !isLoopback(address) && !isOnLink(address) && !isOwn(address)
  const asked = upstreams(evidence).filter(u => u.transport === 'dns' && isReachable(u.address))
  // Logs spell an address in the one way, configurations in any.
  const all = asked.map(({ address, port }) => ({ address: plainAddress(address), port }))
  const each = new Map(all.map(u => [`${u.address} ${u.port}`, u] as const))
  return [...each.values()].map(u => ({ kind: 'upstream', name: u.address, ...u }))
}
