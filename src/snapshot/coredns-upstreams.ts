import { pluginsOf } from '../corefile/query.ts'
import type { Corefile } from '../corefile/types.ts'
import { type Target, targetOf, type Upstreams, upstreamsOf } from '../corefile/upstreams.ts'
import { isLoopback, splitPort } from '../dns/address.ts'
import { type MountedCorefile, mountedCorefile } from './corefiles.ts'
import { linesOf, upstreamExchange } from './logs.ts'
import { forwardedTo } from './metrics.ts'
import type { Pod } from './objects.ts'
import type { Upstream, UpstreamEvidence } from './upstreams.ts'

/**
 * The upstreams of CoreDNS Pods for all names that no other server block takes: those that the Corefile names, those of
 * the resolv.conf that metrics show, and where metrics show none, those that the log names.
 */
export function coreDnsUpstreams(seen: UpstreamEvidence): (pod: Pod) => readonly Upstream[] {
  const mounted = mountedCorefile(seen)
  const literal = mounted?.corefile ? literalUpstreams(mounted, mounted.corefile) : []
  const isUsed = mounted?.corefile ? presentUse(mounted.corefile) : () => true
  return pod => {
    const named = literal.map(upstream => ({ ...upstream, pod }))
    const used = usedUpstreams(pod, seen).filter(u => isUsed(u.address))
    const known = new Set(used.map(u => u.address))
    const all = [...used.map(u => asNamed(u, named)), ...named.filter(n => !known.has(n.address))]
    return all.length > 0 ? all : loggedUpstreams(pod, seen).filter(u => isUsed(u.address))
  }
}

/** An upstream in use that the Corefile names is as the Corefile says; its use is the better evidence. */
function asNamed(used: Upstream, named: readonly Upstream[]): Upstream {
  const literal = named.find(n => n.address === used.address)
  return literal ? { ...literal, seen: used.seen } : used
}

function literalUpstreams(mounted: MountedCorefile, corefile: Corefile): readonly Omit<Upstream, 'pod'>[] {
  const source = `ConfigMap ${mounted.configMap}`
  return upstreamsOf(corefile).flatMap(forward =>
    forward.targets.flatMap(target => {
      if (target.kind !== 'address' || isOwnBlock(target, forward, corefile)) return []
      const text = `line ${target.token.line}: ${forward.plugin} … ${target.token.text}`
      const { address, transport } = target
      return [{ address, port: Number(target.port), transport, from: 'Corefile' as const, seen: { source, text } }]
    }),
  )
}

/** A loopback target may be another server block of the same CoreDNS, which forwards over TLS to several names. */
function isOwnBlock(target: Target, forward: Upstreams, corefile: Corefile): boolean {
  if (target.kind !== 'address' || !isLoopback(target.address)) return false
  return corefile.blocks.some(b => b !== forward.block && b.zones.some(z => z.port === target.port))
}

/**
 * Counters outlive a reload, and they count for stub zones too: an address is a present upstream when the Corefile names
 * it for all names, or leaves the choice to a resolv.conf and does not name it for something else.
 */
function presentUse(corefile: Corefile): (address: string) => boolean {
  const targets = upstreamsOf(corefile).flatMap(f => f.targets)
  const named = (list: readonly Target[]) => new Set(list.flatMap(t => (t.kind === 'address' ? [t.address] : [])))
  const forAll = named(targets)
  const isOpen = targets.some(t => t.kind !== 'address')
  const elsewhere = named(
    corefile.blocks.flatMap(b => pluginsOf(b, 'forward').flatMap(d => d.args.slice(1).map(targetOf))),
  )
  return address => forAll.has(address) || (isOpen && !elsewhere.has(address))
}

function usedUpstreams(pod: Pod, seen: UpstreamEvidence): readonly Upstream[] {
  const samples = seen.metrics.find(m => m.pod === pod.metadata.name)?.samples ?? []
  const byAddress = Map.groupBy(forwardedTo(samples), f => splitPort(f.to).address)
  return [...byAddress].map(([address, uses]) => {
    const text = `${uses[0]?.sample.metric}{to="${uses[0]?.to}"} ${uses.reduce((sum, u) => sum + u.sample.value, 0)}`
    const port = splitPort(uses[0]?.to ?? '').port ?? 53
    const seenIn = { source: `metrics of ${pod.metadata.name}`, text }
    return { pod, address, port, transport: transportAt(port), from: 'resolv.conf', seen: seenIn }
  })
}

/** The metric's label holds no transport; RFC 7858 gives DNS over TLS this port. */
const transportAt = (port: number): string => (port === 853 ? 'tls' : 'dns')

/** Where metrics cannot be read, and before CoreDNS 1.11 for upstreams that never answered, only the log names them. */
function loggedUpstreams(pod: Pod, seen: UpstreamEvidence): readonly Upstream[] {
  const lines = linesOf(seen.logs, pod)
  const last = new Map(lines.flatMap(line => upstreamExchange(line)).map(e => [e.address, e.line] as const))
  return [...last].map(([address, text]) => ({
    pod,
    address,
    port: 53,
    transport: 'dns',
    from: 'resolv.conf',
    seen: { source: `log of ${pod.metadata.name}`, text },
  }))
}
