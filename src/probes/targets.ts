import { isLoopback, sameAddress } from '../dns/address.ts'
import { serverPort } from '../snapshot/answers.ts'
import { addressesOf, dnsService, hasAddress, isGoing, runsServer } from '../snapshot/dns.ts'
import type { Pod, Service } from '../snapshot/objects.ts'
import type { Target } from '../snapshot/observations.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'

/** More would not fit into the annotation of one Pod (256 KiB), and say nothing new. */
export const mostPods = 100

/** What Pods on a node ask, and what is behind it: the DNS Service, the DNS Pods, and the upstreams that can be asked. */
export function targetsFor(node: string, evidence: Evidence): readonly Target[] {
  return [...frontTargets(node, evidence), ...podTargets(evidence), ...upstreamTargets(evidence)]
}

/**
 * The addresses that the node's kubelet hands out, and the DNS Service where they are not its own: with a node-local cache, or
 * a kubelet that is wrong. The Service alone where the kubelet was not seen.
 */
function frontTargets(node: string, evidence: Evidence): readonly Target[] {
  const service = dnsService(evidence)
  const handedOut = evidence.kubelets.find(k => k.node === node)?.clusterDNS ?? []
  const fronts = handedOut.map(address => front(address, evidence.services))
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

function podTargets(evidence: Evidence): readonly Target[] {
  const service = dnsService(evidence)
  return serversIn(evidence)
    .slice(0, mostPods)
    .flatMap(pod => {
      const address = pod.status?.podIP
      const { nodeName } = pod.spec
      if (!address) return []
      const target = { kind: 'pod', name: pod.metadata.name, address, port: serverPort(pod, service) } as const
      return [nodeName ? { ...target, node: nodeName } : target]
    })
}

/** The DNS Pods that are to stay. */
export const serversIn = ({ pods }: Evidence): readonly Pod[] => pods.filter(p => runsServer(p.spec) && !isGoing(p))

/** Not those that only the DNS Pod itself reaches, or that speak something else than plain DNS. */
function upstreamTargets(evidence: Evidence): readonly Target[] {
  const isOwn = (address: string) => evidence.services.some(s => addressesOf(s).some(a => sameAddress(a, address)))
  const asked = upstreams(evidence).filter(u => u.transport === 'dns' && !isLoopback(u.address) && !isOwn(u.address))
  const each = new Map(asked.map(({ address, port }) => [`${address} ${port}`, { address, port }] as const))
  return [...each.values()].map(u => ({ kind: 'upstream', name: u.address, ...u }))
}
