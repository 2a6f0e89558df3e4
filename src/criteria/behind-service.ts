import { plainAddress } from '../dns/address.ts'
import type { IsClosed } from '../snapshot/closed.ts'
import { dnsService } from '../snapshot/dns.ts'
import { readyEndpoints } from '../snapshot/endpoints.ts'
import type { Judged } from '../snapshot/matrix.ts'
import type { Target } from '../snapshot/observations.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import { type Fact, passed, unknown } from './fact.ts'

/** The ready endpoints of the DNS Service: their Pods' names, or an address where no Pod is seen to have it. */
export interface Behind {
  readonly names: readonly string[]
  has(to: Target): boolean
}

/** A Pod of two families is one endpoint, although it is in two slices. */
export function behindService(evidence: Pick<Evidence, 'services' | 'kubelets' | 'endpointSlices' | 'pods'>): Behind {
  const service = dnsService(evidence)
  const ready = service ? readyEndpoints(service, evidence.endpointSlices) : []
  const owners = new Map(
    evidence.pods.flatMap(({ metadata, status }) => {
      const own = status?.podIPs?.map(a => a.ip) ?? [status?.podIP ?? '']
      return own.map(address => [plainAddress(address), metadata.name] as const)
    }),
  )
  const addresses = ready.flatMap(e => e.addresses ?? []).map(plainAddress)
  const names = new Set(addresses.map(address => owners.get(address) ?? address))
  const nameOf = ({ name, address }: Target) => (names.has(name) ? name : plainAddress(address))
  return { names: [...names], has: to => to.kind === 'pod' && names.has(nameOf(to)) }
}

/**
 * Endpoints that nobody asked directly are not known, unless none of them is open to Pods. How many of how many were asked is said
 * where they are too many: then a gap says so, and not of a node. Where nothing at all was asked, others say that.
 */
export function unaskedFacts(
  { names, has }: Behind,
  all: readonly Judged[],
  isClosed: IsClosed,
  { plan, gaps }: Pick<Snapshot, 'plan' | 'gaps'>,
): readonly Fact[] {
  if (all.length === 0) return []
  const direct = all.filter(o => has(o.to))
  const asked = new Set(direct.flatMap(o => [o.to.name, plainAddress(o.to.address)]))
  const unasked = names.filter(name => !asked.has(name))
  if (direct.length > 0 && direct.every(isClosed))
    return [passed('probes', 'the DNS Pods are not open to Pods here, which get their answers without asking them')]
  const isTooMany = gaps.some(g => g.input === 'observations' && g.object && !plan?.nodes.includes(g.object))
  if (unasked.length > 0 && direct.length > 0 && isTooMany)
    return [passed('probes', `${names.length - unasked.length} of ${names.length} DNS Pods were asked directly`)]
  return unasked.map(name => unknown('probes', `${name}, which the Service leads to, was not asked directly`))
}
