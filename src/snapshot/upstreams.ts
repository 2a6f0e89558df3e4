import { splitPort } from '../dns/address.ts'
import type { EvidenceLine } from '../finding.ts'
import { configuredUpstreams } from '../kube-dns/config.ts'
import { dnsmasqServers } from '../kube-dns/dnsmasq.ts'
import { coreDnsUpstreams } from './coredns-upstreams.ts'
import { engineOf, isGoing } from './dns.ts'
import { linesOf } from './logs.ts'
import type { Pod } from './objects.ts'
import type { Evidence } from './snapshot.ts'

export type UpstreamSource = 'resolv.conf' | 'Corefile' | 'ConfigMap'

/** One upstream that a DNS Pod uses or is told to use: a bare address, where it comes from, and how that was seen. */
export interface Upstream {
  readonly pod: Pod
  readonly address: string
  readonly port: number
  /** `dns` is plain DNS over UDP and TCP; `tls` and the like are what CoreDNS calls them */
  readonly transport: string
  readonly from: UpstreamSource
  readonly seen: EvidenceLine
}

export type UpstreamEvidence = Pick<Evidence, 'pods' | 'workloads' | 'configMaps' | 'metrics' | 'logs'>

/** The upstreams of every DNS Pod: what it was seen to use, else what its configuration names. */
export const upstreams = (seen: UpstreamEvidence): readonly Upstream[] => {
  const ofCoreDns = coreDnsUpstreams(seen)
  return seen.pods
    .filter(pod => !isGoing(pod))
    .flatMap(pod => (engineOf(pod.spec) === 'kube-dns' ? kubeDnsUpstreams(pod, seen) : ofCoreDns(pod)))
}

/** What dnsmasq logged when it last started; where its log could not be read, what the ConfigMap tells it. */
function kubeDnsUpstreams(pod: Pod, seen: UpstreamEvidence): readonly Upstream[] {
  const servers = dnsmasqServers(linesOf(seen.logs, pod, 'dnsmasq'))
  const map = seen.configMaps.find(c => c.metadata.name === 'kube-dns')
  const configured = configuredUpstreams(map?.data ?? {}).map(splitPort)
  const logged = [...servers.using, ...servers.looping, ...servers.ignored].map(server => {
    const { address, port } = splitPort(server)
    const from: UpstreamSource = configured.some(c => c.address === address) ? 'ConfigMap' : 'resolv.conf'
    const text = servers.lines.findLast(line => line.includes(server)) ?? server
    const seenIn = { source: `log of ${pod.metadata.name}/dnsmasq`, text }
    return { pod, address, port: port ?? 53, transport: 'dns', from, seen: seenIn }
  })
  if (logged.length > 0) return logged
  return configured.map(({ address, port }) => {
    const seenIn = {
      source: 'ConfigMap kube-system/kube-dns',
      text: `upstreamNameservers: ${map?.data?.upstreamNameservers}`,
    }
    return { pod, address, port: port ?? 53, transport: 'dns', from: 'ConfigMap', seen: seenIn }
  })
}
