import { count, list } from '../catalog/entry.ts'
import type { Criterion } from '../criteria/criteria.ts'
import type { ProbePlan } from '../snapshot/snapshot.ts'
import { failureLines } from './failures.ts'
import { matrixLines } from './matrix.ts'
import { searchLines } from './searches.ts'
import { row, type Style } from './style.ts'
import { chain, checklist, details, headline, others, skippedLines, summary } from './table.ts'
import type { VerifyReport } from './verify.ts'

/** The report of `verify` for people: the verdict and its cause, the matrix, what failed, the grade. */
export function verifyLines(report: VerifyReport, style: Style, wide = false): readonly string[] {
  const parts = [
    [
      ...headline(report, openingOf(report), style),
      ...chain(report, style),
      ...details(report, style, wide),
      ...others(report, style),
    ],
    matrixLines(report, style, wide),
    failureLines(report.probes, style, wide),
    searchLines(report.searches, style),
    report.criteria.flatMap(c => criterionLines(c, style, wide)),
    wide ? checklist(report, style) : skippedLines(report, style),
    [...summary(report, style), ...effort(report, style)],
  ]
  return parts.filter(part => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]))
}

function openingOf({ plan, criteria, verdict }: VerifyReport): string {
  const isEverywhere = criteria.some(c => c.id === 'resolves-everywhere' && c.status === 'passed')
  const where = plan ? whereOf(plan) : 'on every node'
  if (verdict === 'broken') return 'Names do not resolve from Pods'
  if (verdict === 'unknown') return 'Not known: too little could be seen to say that names resolve from Pods'
  if (verdict === 'healthy') return `Names resolve from Pods ${where}`
  return isEverywhere ? `Names resolve from Pods ${where}, with faults` : 'Names do not resolve from every Pod'
}

function whereOf({ nodes, eligible, sample, left }: ProbePlan): string {
  const which = sample ? `on the ${nodes.length} nodes that were probed, of ${eligible}` : 'on every node'
  if (left.length === 0) return which
  return `${which}${sample ? '' : ' that can run a probe'} (not: ${list(left.map(l => l.node))})`
}

const titles = {
  'resolves-everywhere': 'resolves everywhere',
  'upstreams-proper': 'upstreams proper',
  survives: 'survives',
  'configuration-clean': 'configuration clean',
} as const
const titleWidth = Math.max(...Object.values(titles).map(t => t.length)) + 2
const mostEvidence = 3

const marks = {
  passed: (style: Style) => style.good('✓'),
  failed: (style: Style) => style.bad('✗'),
  unknown: (style: Style) => style.warn('?'),
} as const

/** One criterion of the grade, with what it rests on. */
export function criterionLines({ id, status, evidence }: Criterion, style: Style, wide: boolean): readonly string[] {
  const head = `  ${marks[status](style)} ${titles[id].padEnd(titleWidth)}`
  const below = ' '.repeat(titleWidth + 4)
  const most = status === 'passed' ? 1 : mostEvidence
  const shown = wide ? evidence : evidence.slice(0, most)
  const more = status === 'passed' ? 0 : evidence.length - shown.length
  return [
    ...(shown.length === 0 ? [`${head}${status}`] : []),
    ...shown.flatMap((line, i) => row(i === 0 ? head : below, `${line.source}: ${line.text}`, '', style)),
    ...(more === 0 ? [] : [`${below}${style.dim(`… ${more} more with -o wide`)}`]),
  ]
}

/** What was done to find this out. */
function effort({ plan, probes }: VerifyReport, style: Style): readonly string[] {
  if (!plan) return [style.dim('  no probe Pods: this evidence is not of kubectl dnsfix verify')]
  const pods = new Set(probes.map(p => `${p.from} ${p.node}`)).size
  const nodes = plan.sample ?? count(plan.nodes.length, 'node')
  const text = `${count(probes.length, 'question')} asked by ${count(pods, 'probe')} on ${nodes} · namespace ${plan.namespace}, image ${plan.image}`
  return row('  ', text, '', style).map(style.dim)
}

export const criterionTitle = (id: Criterion['id']): string => titles[id]
