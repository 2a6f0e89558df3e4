import { upstreamsOf } from '../corefile/upstreams.ts'
import { splitPort } from '../dns/address.ts'
import type { EvidenceLine } from '../finding.ts'
import { configuredUpstreams } from '../kube-dns/config.ts'
import { dnsmasqServers } from '../kube-dns/dnsmasq.ts'
import { mountedCorefile } from './corefiles.ts'
import { engineOf, isGoing } from './dns.ts'
import { linesOf } from './logs.ts'
import { forwardedTo } from './metrics.ts'
import type { Pod } from './objects.ts'
import type { Evidence } from './snapshot.ts'

export type UpstreamSource = 'resolv.conf' | 'Corefile' | 'ConfigMap'

/** One upstream that a DNS Pod uses or is told to use: a bare address, where it comes from, and how that was seen. */
export interface Upstream {
  readonly pod: Pod
  readonly address: string
  readonly from: UpstreamSource
  readonly seen: EvidenceLine
}

type Seen = Pick<Evidence, 'pods' | 'workloads' | 'configMaps' | 'metrics' | 'logs'>

/** The upstreams of every DNS Pod: what it was seen to use, else what its configuration names. */
export function upstreams(seen: Seen): readonly Upstream[] {
  const literal = corefileUpstreams(seen)
  return seen.pods
    .filter(p => !isGoing(p))
    .flatMap(pod => {
      if (engineOf(pod.spec) === 'kube-dns') return kubeDnsUpstreams(pod, seen)
      const used = usedUpstreams(
        pod,
        seen,
        literal.map(l => l.address),
      )
      const known = new Set(used.map(u => u.address))
      return [...used, ...literal.filter(l => !known.has(l.address)).map(l => ({ ...l, pod }))]
    })
}

/** The addresses that the Corefile names for all names that no other server block takes. */
function corefileUpstreams(seen: Seen): readonly Omit<Upstream, 'pod'>[] {
  const mounted = mountedCorefile(seen)
  if (!mounted?.corefile) return []
  return upstreamsOf(mounted.corefile).flatMap(forward =>
    forward.targets.flatMap(target => {
      if (target.kind !== 'address') return []
      const line = `line ${target.token.line}: ${forward.plugin} … ${target.token.text}`
      return [
        {
          address: target.address,
          from: 'Corefile' as const,
          seen: { source: `ConfigMap ${mounted.configMap}`, text: line },
        },
      ]
    }),
  )
}

/** The addresses that CoreDNS's own metrics show; those that the Corefile does not name come from resolv.conf. */
function usedUpstreams(pod: Pod, seen: Seen, literal: readonly string[]): readonly Upstream[] {
  const samples = seen.metrics.find(m => m.pod === pod.metadata.name)?.samples ?? []
  const byAddress = Map.groupBy(forwardedTo(samples), f => splitPort(f.to).address)
  return [...byAddress].map(([address, uses]) => {
    const text = `${uses[0]?.sample.metric}{to="${uses[0]?.to}"} ${uses.reduce((sum, u) => sum + u.sample.value, 0)}`
    const from = literal.includes(address) ? 'Corefile' : 'resolv.conf'
    return { pod, address, from, seen: { source: `metrics of ${pod.metadata.name}`, text } }
  })
}

/** What dnsmasq logged when it last started; where its log could not be read, what the ConfigMap tells it. */
function kubeDnsUpstreams(pod: Pod, seen: Seen): readonly Upstream[] {
  const servers = dnsmasqServers(linesOf(seen.logs, pod, 'dnsmasq'))
  const map = seen.configMaps.find(c => c.metadata.name === 'kube-dns')
  const configured = configuredUpstreams(map?.data ?? {}).map(u => splitPort(u).address)
  const logged = [...servers.using, ...servers.looping, ...servers.ignored].map(server => {
    const { address } = splitPort(server)
    const from: UpstreamSource = configured.includes(address) ? 'ConfigMap' : 'resolv.conf'
    const text = servers.lines.findLast(line => line.includes(server)) ?? server
    return { pod, address, from, seen: { source: `log of ${pod.metadata.name}/dnsmasq`, text } }
  })
  if (logged.length > 0) return logged
  return configured.map(address => {
    const seenIn = {
      source: 'ConfigMap kube-system/kube-dns',
      text: `upstreamNameservers: ${map?.data?.upstreamNameservers}`,
    }
    return { pod, address, from: 'ConfigMap', seen: seenIn }
  })
}
