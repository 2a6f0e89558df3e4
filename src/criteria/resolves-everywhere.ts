import { list } from '../catalog/entry.ts'
import { matrixOf } from '../snapshot/blame.ts'
import { closedTo } from '../snapshot/closed.ts'
import { feltBy } from '../snapshot/felt.ts'
import type { Judged } from '../snapshot/matrix.ts'
import type { ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import { behindService, unaskedFacts } from './behind-service.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'
import { missingFacts } from './not-asked.ts'
import { unseenKubelets } from './unseen-kubelets.ts'

/**
 * Whether every name that was asked for from a Pod of every node of the plan was answered rightly, as Pods ask: through what
 * their kubelet hands out, over UDP and over TCP. A query through the Service reaches any one of its endpoints: each of them has
 * to answer, whichever it was this time, unless none of them is open to Pods. What a kind of prober cannot ask is not missed.
 */
export function resolvesEverywhere({ plan, evidence, gaps }: Snapshot): readonly Fact[] {
  if (!plan) return [unknown('probes', 'no probe Pod was started')]
  const { all, rows } = matrixOf(evidence)
  const unseen = new Set(unseenKubelets(plan.nodes, evidence))
  const fronts = all.filter(o => (o.to.kind === 'service' || o.to.kind === 'resolver') && !unseen.has(o.node))
  const asked = feltBy(fronts, evidence.kubelets)
  const behind = behindService(evidence)
  const isClosed = closedTo(evidence, all)
  const direct = rows.filter(r => behind.has(r.to) && !isClosed(r)).flatMap(r => r.asked)
  const wrong = wrongFacts([...asked, ...direct].filter(o => o.fault !== null))
  const nodes = plan.nodes.filter(node => !unseen.has(node))
  const open = [
    ...[...unseen].map(node => unknown(`kubelet of ${node}`, `what the kubelet on ${node} hands out was not seen`)),
    ...missingFacts(nodes, asked, gaps),
    ...unaskedFacts(behind, all, isClosed, { plan, gaps }),
  ]
  const isWhole = wrong.length === 0 && open.every(f => f.status === 'passed') && asked.length > 0
  const none = plan.nodes.length === 0 ? [unknown('probes', 'no node can run a probe')] : []
  return [...wrong, ...none, ...(isWhole ? [allRight(nodes, asked), ...open, ...notes(plan)] : open)]
}

function allRight(nodes: readonly string[], asked: readonly Judged[]): Fact {
  const names = [...new Set(asked.map(o => `${o.question.name} ${o.question.type}`))]
  return passed('probes', `${list(names)}: answered rightly over UDP and TCP from Pods on ${list(nodes)}`)
}

/** What the pass does not speak of. */
const notes = ({ left, sample }: ProbePlan): readonly Fact[] => [
  ...left.map(l => passed(`Node ${l.node}`, `cannot run a probe: it ${l.why}`)),
  ...(sample === null ? [] : [passed('probes', `a sample was probed, ${sample}`)]),
]

/** One for each way in which a name fails, with all nodes on which it does. The time differs and tells nothing apart. */
function wrongFacts(wrong: readonly Judged[]): readonly Fact[] {
  const key = ({ to, protocol, question, fault }: Judged) =>
    [to.address, protocol, question.name, question.type, fault?.replace(/[\d.]+ s$/, '')].join(' ')
  return [...Map.groupBy(wrong, key).values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const { question, to, protocol, fault } = first
    const nodes = [...new Set(group.map(o => o.node))]
    const server = to.kind === 'pod' ? `${to.name}, which the Service leads to,` : `${to.kind} ${to.address}`
    const asked = `${server} for ${question.name} ${question.type} over ${protocol.toUpperCase()}`
    return [failed('probes', `from ${list(nodes)}, asking ${asked}: ${fault}`)]
  })
}
