import { list } from '../catalog/entry.ts'
import { howText } from '../snapshot/right.ts'
import { msText } from './cells.ts'
import { hasFailed, type ReportedProbe } from './probes.ts'
import { row, type Style } from './style.ts'
import { targetKey, targetText } from './targets.ts'

/** Questions that failed in the same way. */
interface Failure {
  readonly nodes: readonly string[]
  readonly targets: readonly ReportedProbe['to'][]
  readonly protocols: readonly string[]
  readonly question: string
  /** the slowest of them */
  readonly probe: ReportedProbe
  readonly count: number
}

const mostLines = 12

/** What was asked, what came and what was expected, of every question that failed; alike ones in one line unless `wide`. */
export function failureLines(probes: readonly ReportedProbe[], style: Style, wide: boolean): readonly string[] {
  const all = probes.filter(hasFailed).map(failureOf)
  const alike = wide ? all : grouped(all)
  const shown = wide ? alike : alike.slice(0, mostLines)
  const more = alike.slice(shown.length).reduce((n, f) => n + f.count, 0)
  return [
    ...shown.flatMap(f => lineOf(f, style)),
    ...(more === 0 ? [] : [style.dim(`    … ${more} more failed questions with -o wide`)]),
    ...closedLines(probes, style, wide),
  ]
}

/** What fails no question, although it answered none. */
function closedLines(probes: readonly ReportedProbe[], style: Style, wide: boolean): readonly string[] {
  const closed = probes.filter(p => p.status === 'closed')
  if (closed.length === 0) return []
  const nodes = [...new Set(closed.map(p => p.node))]
  const targets = [...new Map(closed.map(p => [targetKey(p.to), targetText(p.to)])).values()]
  const names = (all: readonly string[]) => list(all, wide ? all.length : undefined)
  const text = `${names(nodes)} → ${names(targets)}: not open to Pods, which are answered without it`
  return row(`  ${style.dim('–')} `, text, '', style)
}

const failureOf = (p: ReportedProbe): Failure => ({
  nodes: [p.from === 'host' ? `${p.node} (host)` : p.node],
  targets: [p.to],
  protocols: [p.protocol.toUpperCase()],
  question: `${p.name} ${p.type}`,
  probe: p,
  count: 1,
})

/** Alike but for the node, then also but for the protocol, then also but for which target of its kind it is. */
function grouped(all: readonly Failure[]): readonly Failure[] {
  const what = ({ question, probe }: Failure) => `${question} ${probe.silence} ${probe.rcode} ${probe.answers}`
  const targets = (f: Failure) => f.targets.map(targetKey).join()
  const byNode = merged(all, f => `${what(f)} ${targets(f)} ${f.protocols}`)
  const byProtocol = merged(byNode, f => `${what(f)} ${targets(f)} ${f.nodes}`)
  return merged(byProtocol, f => `${what(f)} ${f.targets[0]?.kind} ${f.protocols} ${f.nodes}`)
}

const merged = (failures: readonly Failure[], key: (f: Failure) => string): readonly Failure[] =>
  [...Map.groupBy(failures, key).values()].map(mergedFailure)

function mergedFailure(group: readonly Failure[]): Failure {
  const [first] = group as readonly [Failure, ...Failure[]]
  return {
    ...first,
    nodes: [...new Set(group.flatMap(f => f.nodes))],
    targets: [...new Map(group.flatMap(f => f.targets).map(to => [targetKey(to), to])).values()],
    protocols: [...new Set(group.flatMap(f => f.protocols))].sort().reverse(),
    probe: group.reduce((slowest, f) => (f.probe.ms > slowest.ms ? f.probe : slowest), first.probe),
    count: group.reduce((n, f) => n + f.count, 0),
  }
}

function lineOf(f: Failure, style: Style): readonly string[] {
  const where = `${list(f.nodes)} → ${list(f.targets.map(targetText))} over ${f.protocols.join(' and ')}`
  // The words for a time-out say how long it was.
  const time = f.probe.silence === 'timeout' ? '' : `${f.count > 1 ? 'up to ' : ''}${msText(f.probe.ms)}`
  return row(`  ${style.bad('✗')} `, `${where}: ${f.question}: ${failureText(f.probe)}`, time, style)
}

/** What came, and what was expected where that does not tell it. */
export function failureText(p: ReportedProbe): string {
  const { silence, ms, answers } = p
  const how = howText(silence ? { silence, ms } : { rcode: p.rcode ?? '', answers, ms }, p)
  return p.status === 'wrong' || p.expected.length === 0 ? how : `${how}, expected ${list(p.expected)}`
}
