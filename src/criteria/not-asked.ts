import { list } from '../catalog/entry.ts'
import type { Observation, Protocol } from '../snapshot/observations.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import { type Fact, unknown } from './fact.ts'

const protocols: readonly Protocol[] = ['udp', 'tcp']

/** What was asked on some node and over some protocol, and not on these or not over the other: each is a fact that is not known. */
export function missingFacts(
  nodes: readonly string[],
  asked: readonly Observation[],
  gaps: readonly Gap[],
): readonly Fact[] {
  const byNode = Map.groupBy(asked, o => o.node)
  const due = new Set(asked.map(cell))
  const never = protocols.filter(p => ![...due].some(each => each.startsWith(p)))
  const notAsked =
    asked.length === 0 ? [] : never.map(p => unknown('probes', `nothing was asked over ${p.toUpperCase()}`))
  return [...notAsked, ...nodes.flatMap(node => missingOn(node, byNode.get(node) ?? [], due, gaps))]
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
