import { count } from '../catalog/entry.ts'
import type { EvidenceLine } from '../finding.ts'
import { type CheckReport, effectsOf, type JudgedReport, type ReportedFinding } from './check.ts'
import { pathLine } from './path.ts'
import { row, type Style } from './style.ts'

/** The report for people: verdict and cause, its effects, the way of a query, the repair, and the checklist. */
export function tableLines(report: CheckReport, style: Style, wide = false): readonly string[] {
  return [
    ...headline(report, openings[report.verdict], style),
    ...chain(report, style),
    '',
    `  ${pathLine(report, style)}`,
    ...details(report, style, wide),
    ...others(report, style),
    '',
    ...checklist(report, style),
    '',
    ...summary(report, style),
  ]
}

const tag = (f: ReportedFinding): string => `${f.code} ${f.name}`

const openings = {
  broken: 'DNS is broken',
  degraded: 'DNS works, with faults',
  unknown: 'Not known: too little could be seen to say that DNS is healthy',
  healthy: 'DNS is healthy',
} as const

/** The verdict in words, `opening`, and the one cause. */
export function headline(report: JudgedReport, opening: string, style: Style): readonly string[] {
  const { verdict, cause } = report
  const text = cause ? `${opening}: ${cause.message}` : opening
  return row(`${markOf(verdict, style)} `, text, cause ? tag(cause) : '', style).map(style.bold)
}

function markOf(verdict: JudgedReport['verdict'], style: Style): string {
  if (verdict === 'healthy') return style.good('✓')
  if (verdict === 'broken') return style.bad('✗')
  return style.warn(verdict === 'unknown' ? '?' : '!')
}

const label = (word: string): string => `  ${word.padEnd(9)}`

/** What the cause comes from, and what comes from it. */
export function chain(report: JudgedReport, style: Style): readonly string[] {
  const { cause, findings } = report
  if (!cause) return []
  const because = findings.filter(f => cause.causedBy.includes(f.code))
  return [
    ...because.flatMap(f => row(label('because'), f.message, tag(f), style)),
    ...effectsOf(cause, findings).flatMap(f => row(label('so'), f.message, tag(f), style)),
  ]
}

/** What of the cause was seen, and what repairs it. */
export function details(report: JudgedReport, style: Style, wide: boolean): readonly string[] {
  const { cause, findings } = report
  if (!cause) return []
  const because = findings.filter(f => cause.causedBy.includes(f.code))
  const seen = [...cause.evidence, ...because.flatMap(f => f.evidence)]
  const shown = wide ? seen : oneOfEachKind(seen).slice(0, 4)
  const more =
    seen.length > shown.length ? [`${label('')}${style.dim(`… ${seen.length - shown.length} more with -o wide`)}`] : []
  return [
    '',
    ...shown.flatMap((line, i) => row(label(i === 0 ? 'seen' : ''), `${line.source}: ${line.text}`, '', style)),
    ...more,
    ...(cause.fixable ? row(label('repair'), 'kubectl dnsfix fix (shows its plan first), or by hand:', '', style) : []),
    ...row(label(cause.fixable ? '' : 'repair'), cause.remedy, '', style),
    `${label('')}${style.dim(cause.docs)}`,
  ]
}

/** Lines that differ in names and numbers only say the same: the first of them is enough. */
function oneOfEachKind(lines: readonly EvidenceLine[]): readonly EvidenceLine[] {
  const kind = (line: EvidenceLine) => `${line.source.split(' ')[0]} ${line.text.replace(/[\d.]+/g, '#')}`
  return [...Map.groupBy(lines, kind).values()].flatMap(group => group.slice(0, 1))
}

/** Faults that neither explain the cause nor follow from it. */
export function others(report: JudgedReport, style: Style): readonly string[] {
  const { cause, findings } = report
  const told = new Set(cause ? [cause.code, ...cause.causedBy, ...effectsOf(cause, findings).map(f => f.code)] : [])
  const rest = findings.filter(f => !told.has(f.code) || (f.code === cause?.code && f.message !== cause.message))
  if (rest.length === 0) return []
  return [
    '',
    ...rest.flatMap(f => [...row(label('also'), f.message, tag(f), style), ...row(label(''), f.remedy, '', style)]),
  ]
}

/** What passed, what did not, and what could not be judged. */
export function checklist(report: JudgedReport, style: Style): readonly string[] {
  const faults = report.findings.filter(f => f.category !== 'access')
  return [
    ...report.passed.flatMap(p => row(`  ${style.good('✓')} `, p.title, '', style)),
    ...faults.flatMap(f =>
      row(`  ${f.severity === 'error' ? style.bad('✗') : style.warn('!')} `, f.message, f.code, style),
    ),
    ...skippedLines(report, style),
  ]
}

export const skippedLines = ({ skipped }: JudgedReport, style: Style): readonly string[] =>
  skipped.flatMap(s => row(`  ${style.dim('–')} `, `${s.rule}: skipped, because ${s.reason}`, '', style))

/** How much was judged, and of which cluster. */
export function summary(report: JudgedReport, style: Style): readonly string[] {
  const { cluster, dns, passed, skipped } = report
  const engine = `${dns.engine}${dns.version ? ` ${dns.version}` : ''}`
  const asked = cluster.kubeletsAsked < cluster.nodes ? ` (kubelets asked on ${cluster.kubeletsAsked})` : ''
  const failed = new Set(report.findings.filter(f => f.category !== 'access').map(f => f.code)).size
  const counts = [
    `${count(passed.length, 'check')} passed`,
    count(failed, 'fault'),
    ...(skipped.length ? [`${skipped.length} skipped`] : []),
  ]
  const where = `Kubernetes ${cluster.version ?? '(version not seen)'}, ${cluster.distribution}, ${count(cluster.nodes, 'node')}${asked}, ${engine}`
  return row('  ', `${counts.join(', ')} · ${where}`, '', style).map(style.dim)
}
