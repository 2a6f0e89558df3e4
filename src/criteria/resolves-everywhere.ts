import { list } from '../catalog/entry.ts'
import { sameAddress } from '../dns/address.ts'
import { dnsService } from '../snapshot/dns.ts'
import { readyEndpoints } from '../snapshot/endpoints.ts'
import type { Observation, Protocol, Target } from '../snapshot/observations.ts'
import { howText, judgeOf } from '../snapshot/right.ts'
import type { Gap, ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'

const protocols: readonly Protocol[] = ['udp', 'tcp']

/**
 * Whether every name that was asked for from a Pod of every node of the plan was answered rightly, as Pods ask: through what
 * their kubelet hands out, over UDP and over TCP. A query through the Service reaches any one of its endpoints: each of them has
 * to answer, whichever it was this time. What a kind of prober cannot ask is not missed.
 */
export function resolvesEverywhere({ plan, evidence, gaps }: Snapshot): readonly Fact[] {
  if (!plan) return [unknown('probes', 'no probe Pod was started')]
  const asked = evidence.observations.filter(o => o.to.kind === 'service' || o.to.kind === 'resolver')
  const judge = judgeOf(evidence.probes)
  const behind = evidence.observations.filter(o => o.to.kind === 'pod' && isEndpoint(o.to, evidence))
  const wrong = wrongFacts([...asked, ...behind].filter(o => judge(o) !== 'right'))
  const missing = missingFacts(plan, asked, gaps)
  const left = plan.left.map(l => passed(`Node ${l.node}`, `cannot run a probe: it ${l.why}`))
  const sample = plan.sample === null ? [] : [passed('probes', `a sample was probed, ${plan.sample}`)]
  const isWhole = wrong.length === 0 && missing.length === 0
  return [...wrong, ...missing, ...(isWhole ? [allRight(plan, asked)] : []), ...left, ...sample]
}

function isEndpoint({ address }: Target, { services, kubelets, endpointSlices }: Snapshot['evidence']): boolean {
  const service = dnsService({ services, kubelets })
  const ready = service ? readyEndpoints(service, endpointSlices) : []
  return ready.some(e => e.addresses?.some(own => sameAddress(own, address)))
}

function allRight({ nodes }: ProbePlan, asked: readonly Observation[]): Fact {
  const names = [...new Set(asked.map(o => `${o.question.name} ${o.question.type}`))]
  const where = asked.some(o => o.from === 'host') ? 'Pods and from the network of the nodes' : 'Pods'
  const text = `${list(names)}: answered rightly over UDP and TCP from ${where} on ${list(nodes)}`
  return passed('probes', text)
}

/** One for each way in which a name fails, with all nodes on which it does. The time differs and tells nothing apart. */
function wrongFacts(wrong: readonly Observation[]): readonly Fact[] {
  const how = (o: Observation) => howText(o.result, o.question)
  const key = (o: Observation) =>
    [o.from, o.to.address, o.protocol, o.question.name, o.question.type, how(o).replace(/[\d.]+ s$/, '')].join(' ')
  return [...Map.groupBy(wrong, key).values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const { question, to, protocol, from } = first
    const nodes = [...new Set(group.map(o => o.node))]
    const where = `${list(nodes)}${from === 'host' ? " (the node's own network)" : ''}`
    const server = to.kind === 'pod' ? `${to.name}, which the Service leads to,` : `${to.kind} ${to.address}`
    const asked = `${server} for ${question.name} ${question.type} over ${protocol.toUpperCase()}`
    return [failed('probes', `from ${where}, asking ${asked}: ${how(first)}`)]
  })
}

function missingFacts(plan: ProbePlan, asked: readonly Observation[], gaps: readonly Gap[]): readonly Fact[] {
  const fromPods = Map.groupBy(
    asked.filter(o => o.from === 'pod'),
    o => o.node,
  )
  const due = new Set([...fromPods.values()].flat().map(cell))
  const never = protocols.filter(p => ![...due].some(each => each.startsWith(p)))
  const notAsked =
    fromPods.size === 0 ? [] : never.map(p => unknown('probes', `nothing was asked over ${p.toUpperCase()}`))
  return [...notAsked, ...plan.nodes.flatMap(node => missingOn(node, fromPods.get(node) ?? [], due, gaps))]
}

const cell = (o: Observation): string => `${o.protocol} ${o.question.name} ${o.question.type}`

/** A target that is silent to its first question is not asked the rest: that is a failure already, and no gap. */
function missingOn(
  node: string,
  own: readonly Observation[],
  due: ReadonlySet<string>,
  gaps: readonly Gap[],
): readonly Fact[] {
  if (own.length === 0)
    return [unknown(`probe on ${node}`, `nothing was asked from a Pod on ${node}: ${why(node, gaps)}`)]
  const done = new Set(own.map(cell))
  const silent = new Set(own.filter(o => 'silence' in o.result).map(o => o.protocol))
  const open = [...due].filter(each => !done.has(each) && ![...silent].some(p => each.startsWith(p)))
  if (open.length === 0) return []
  const names = open.map(each =>
    each.replace(/^(\w+) (.*)$/, (_, p: string, rest) => `${rest} over ${p.toUpperCase()}`),
  )
  return [unknown(`probe on ${node}`, `from ${node} was not asked: ${list(names)}`)]
}

/** A gap without an object is one of all nodes. */
function why(node: string, gaps: readonly Gap[]): string {
  const own = gaps.filter(g => g.input === 'probes' || g.input === 'observations')
  const gap = own.find(g => g.object === node) ?? own.find(g => g.object === undefined)
  return gap?.detail ?? 'nothing came of its probe Pod'
}
