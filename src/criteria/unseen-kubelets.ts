import { dnsService, hasAddress } from '../snapshot/dns.ts'
import type { Evidence } from '../snapshot/snapshot.ts'

/**
 * Those of the nodes of which nobody can say what their Pods ask: their kubelets were not seen, and others hand out something
 * else than the DNS Service, as with a cache on each node.
 */
export function unseenKubelets(
  nodes: readonly string[],
  { kubelets, services }: Pick<Evidence, 'kubelets' | 'services'>,
): readonly string[] {
  const service = dnsService({ services, kubelets })
  const isOwn = (address: string) => service !== undefined && hasAddress(service, address)
  if (kubelets.every(k => k.clusterDNS.every(isOwn))) return []
  const seen = new Set(kubelets.map(k => k.node))
  return nodes.filter(node => !seen.has(node))
}
