import { list, verb } from '../catalog/entry.ts'
import { plainAddress } from '../dns/address.ts'
import { howOf, type Judged, judged } from '../snapshot/matrix.ts'
import type { ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import type { Upstream } from '../snapshot/upstreams.ts'
import { type Fact, passed, unknown } from './fact.ts'

/**
 * What Pods were answered when they asked these upstreams directly: passed where each answers, from every node and over both
 * protocols; not known where it does not, for it may serve DNS Pods only. None of it fails: that takes a rule's finding.
 */
export function answerFacts(used: readonly Upstream[], { evidence, plan }: Snapshot): readonly Fact[] {
  const isLeftOut = evidence.questions.length > 0 && !evidence.questions.some(q => q.scope === 'external')
  if (isLeftOut) return [unknown('questions', 'the upstreams were not asked: --no-external')]
  const direct = evidence.observations.filter(o => o.to.kind === 'upstream')
  const asked = judged({ observations: direct, probes: evidence.probes })
  const byName = Map.groupBy(asked, o => `${o.question.name} ${o.question.type}`)
  const wanting = [...byName.values()].flatMap(unanswered)
  return [...wantingFacts(wanting), ...openFacts(used, asked, plan), ...answeringFacts(asked, wanting)]
}

const isTelling = ({ result }: Judged): boolean => 'rcode' in result && ['NOERROR', 'NXDOMAIN'].includes(result.rcode)

/**
 * Of all that was asked for one name, what was not answered. A wrong answer is one where every upstream gives it to whoever asks:
 * none of them knows a name that is mistyped, or of a stub domain. The sidecar only counts failures: TCP says what they were.
 */
function unanswered(asked: readonly Judged[]): readonly Judged[] {
  const told = asked.filter(isTelling)
  const isAgreed = new Set(told.map(o => ('rcode' in o.result ? `${o.result.rcode} ${o.outcome}` : ''))).size === 1
  const way = (o: Judged) => `${o.node} ${o.to.address}`
  const ways = new Set(told.map(way))
  return asked.filter(o => {
    const isCounted = 'silence' in o.result && o.result.silence === 'unknown' && ways.has(way(o))
    return o.fault !== null && !(isAgreed && (isCounted || isTelling(o)))
  })
}

function wantingFacts(wanting: readonly Judged[]): readonly Fact[] {
  const key = (o: Judged) => `${o.to.address} ${o.question.name} ${o.fault?.replace(/[\d.]+ s$/, '')}`
  return [...Map.groupBy(wanting, key).values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const asked = `${protocolsOf(group)} from Pods on ${nodesIn(group)}, for ${first.question.name}`
    const text = `whether ${first.to.address} answers the DNS Pods is not known: asked directly over ${asked}, it gave ${howOf(group)}`
    return [unknown('probes', text)]
  })
}

const protocolsOf = (group: readonly Judged[]): string =>
  [...new Set(group.map(o => o.protocol.toUpperCase()))].sort().reverse().join(' and ')

const nodesIn = (group: readonly Judged[]): string => list([...new Set(group.map(o => o.node))].sort())

/** Upstreams that answered alike, from the same nodes and over the same protocols, in one line. */
function answeringFacts(asked: readonly Judged[], wanting: readonly Judged[]): readonly Fact[] {
  const doubtful = new Set(wanting.map(o => o.to.address))
  const faultless = [...Map.groupBy(asked, o => o.to.address)].filter(([address]) => !doubtful.has(address))
  const alike = Map.groupBy(faultless, ([, group]) => `over ${protocolsOf(group)} from ${nodesIn(group)}`)
  return [...alike].map(([how, of]) => {
    const addresses = of.map(([address]) => address)
    return passed('probes', `${list(addresses)} ${verb(addresses, 'answers', 'answer')} ${how}`)
  })
}

/** An upstream that somebody should have asked and nobody did: each node, each protocol; none where it is not plain DNS. */
function openFacts(used: readonly Upstream[], asked: readonly Judged[], plan: ProbePlan | undefined): readonly Fact[] {
  const byAddress = Map.groupBy(asked, o => plainAddress(o.to.address))
  return used.flatMap(({ address, transport }) => {
    if (transport !== 'dns')
      return [unknown('upstreams', `${address} was not asked: it speaks ${transport}, not plain DNS`)]
    const own = byAddress.get(plainAddress(address)) ?? []
    if (own.length === 0) return [unknown('probes', `${address} was not asked`)]
    const done = new Set(own.map(o => `${o.node} ${o.protocol}`))
    const missing = (plan?.nodes ?? []).flatMap(node =>
      (['udp', 'tcp'] as const).filter(p => !done.has(`${node} ${p}`)).map(p => `from ${node} over ${p.toUpperCase()}`),
    )
    return missing.length === 0 ? [] : [unknown('probes', `${address} was not asked ${list(missing)}`)]
  })
}
