import { distributionOf } from '../distributions.ts'
import { addressesOf, clusterEngine, dnsService, isReady } from '../snapshot/dns.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { coreDnsVersion } from '../snapshot/version.ts'

/** What a report says of the cluster. */
export interface ClusterPart {
  readonly server: string
  readonly version: string | null
  readonly distribution: string
  readonly nodes: number
  readonly kubeletsAsked: number
}

/** What a report says of the DNS server: the Service, and the Pods with what they ask. */
export interface DnsPart {
  readonly engine: string
  readonly version: string | null
  readonly service: { readonly namespace: string; readonly name: string; readonly clusterIP: string } | null
  readonly pods: readonly {
    readonly name: string
    readonly node: string | null
    readonly ip: string | null
    readonly ready: boolean
    readonly restarts: number
    readonly upstreams: readonly string[]
  }[]
}

export const clusterPart = ({ server, nodes, evidence }: Snapshot): ClusterPart => ({
  server,
  version: evidence.version[0]?.gitVersion ?? null,
  distribution: distributionOf(evidence),
  nodes: nodes.total,
  kubeletsAsked: nodes.asked,
})

export function dnsPart({ evidence }: Snapshot): DnsPart {
  const service = dnsService(evidence)
  const engine = clusterEngine(evidence)
  const used = upstreams(evidence)
  return {
    engine,
    version: engine === 'coredns' ? (coreDnsVersion(evidence) ?? null) : null,
    service: service
      ? {
          namespace: service.metadata.namespace ?? '',
          name: service.metadata.name,
          clusterIP: addressesOf(service)[0] ?? '',
        }
      : null,
    pods: evidence.pods.map(pod => ({
      name: pod.metadata.name,
      node: pod.spec.nodeName ?? null,
      ip: pod.status?.podIP ?? null,
      ready: isReady(pod),
      restarts: (pod.status?.containerStatuses ?? []).reduce((sum, c) => sum + c.restartCount, 0),
      upstreams: [...new Set(used.filter(u => u.pod === pod).map(u => u.address))],
    })),
  }
}
