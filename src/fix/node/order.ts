import type { Pod } from '../../snapshot/objects.ts'

/**
 * The DNS Pods of a node that have to be made anew before a change of its kubelet is felt, in the order in which that hurts least: those
 * that serve nobody first. A Pod keeps the resolv.conf that it was made with (kubelet, GetPodDNS), and only `dnsPolicy: Default` takes
 * the node's.
 */
export function podsToRecreate(pods: readonly Pod[], node: string): readonly Pod[] {
  const touched = pods.filter(({ spec, metadata }) => {
    // The API server's default is ClusterFirst, which it writes into every Pod; a host-network Pod with it gets the node's all the same.
    const takesNodes = spec.dnsPolicy === 'Default' || (spec.dnsPolicy === 'ClusterFirst' && spec.hostNetwork === true)
    return spec.nodeName === node && takesNodes && metadata.deletionTimestamp === undefined
  })
  return [...touched].sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
}

const isReady = (pod: Pod): boolean => pod.status?.conditions?.find(c => c.type === 'Ready')?.status === 'True'
