import { sameAddress } from '../dns/address.ts'
import { isMute, type Judged, type Row, rowsOf } from './matrix.ts'
import type { Protocol } from './observations.ts'
import type { Kubelet } from './snapshot.ts'

/** By node, what its Pods ask, the first first. */
export type Fronts = ReadonlyMap<string, readonly Row[]>

/**
 * What Pods of each node ask, in the order in which their resolver does: that of the kubelet's clusterDNS, which becomes that of
 * `nameserver` in resolv.conf. Where the kubelet was not seen, the resolver that was asked there, or else the DNS Service.
 */
export function frontsOf(rows: readonly Row[], kubelets: readonly Kubelet[]): Fronts {
  const handedOut = new Map(kubelets.map(k => [k.node, k.clusterDNS]))
  const byNode = Map.groupBy(rows.filter(isFront), r => r.node)
  return new Map([...byNode].map(([node, own]) => [node, inOrder(own, handedOut.get(node) ?? [])]))
}

const isFront = ({ to }: Pick<Row, 'to'>): boolean => to.kind === 'service' || to.kind === 'resolver'

/** True for the Service when it answers at all, and for a resolver that answers the cluster's own name: others lead elsewhere. */
export function servesCluster({ to, heard, asked }: Row): boolean {
  if (to.kind === 'service') return heard.length > 0
  return to.kind === 'resolver' && asked.some(o => o.question.about === 'cluster' && o.fault === null)
}

function inOrder(own: readonly Row[], addresses: readonly string[]): readonly Row[] {
  const known = addresses.flatMap(address => own.find(r => sameAddress(r.to.address, address)) ?? [])
  if (known.length > 0) return known
  const resolvers = own.filter(r => r.to.kind === 'resolver')
  return resolvers.length > 0 ? resolvers : own
}

const protocols: readonly Protocol[] = ['udp', 'tcp']

/**
 * What Pods are told: over each protocol by the first address that answers over it, since a resolver goes on to the next one when
 * one is silent (resolv.conf(5)). What the first one left unanswered, where none answers.
 */
export function feltBy(all: readonly Judged[], kubelets: readonly Kubelet[]): readonly Judged[] {
  const fronts = [...frontsOf(rowsOf(all.filter(isFront)), kubelets).values()]
  return fronts.flatMap(own =>
    protocols.flatMap(protocol => {
      const asked = own.map(r => ({ ...r, asked: r.asked.filter(o => o.protocol === protocol) }))
      const first = asked.find(r => r.heard.includes(protocol)) ?? asked.find(r => r.asked.length > 0)
      return first?.asked ?? []
    }),
  )
}

/**
 * How far a fault at these nodes reaches: `all` when they are all nodes, and nothing that their Pods ask answers over UDP, with which
 * resolvers begin.
 */
export function reachOfFronts(hit: readonly string[], fronts: Fronts): 'all' | 'some' {
  const isDeaf = (own: readonly Row[]) => own.every(r => isMute(r) || r.silent.includes('udp'))
  const isAll = [...fronts].every(([node, own]) => hit.includes(node) && isDeaf(own))
  return isAll && fronts.size > 0 ? 'all' : 'some'
}
