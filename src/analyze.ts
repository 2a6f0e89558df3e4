import { type Code, categoryOf, causeOrder, effects } from './catalog.ts'
import { atLeast, compareFindings, type Finding, type Reach, severityOf } from './finding.ts'
import { gapFindings } from './gaps.ts'
import type { Rule } from './rules/rule.ts'
import { isFor, whyDoubted, whySkipped } from './skipped.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export type Verdict = 'healthy' | 'degraded' | 'broken' | 'unknown'

export interface Skipped {
  readonly rule: Rule
  readonly reason: string
}

export interface Analysis {
  readonly verdict: Verdict
  readonly cause: Finding | null
  readonly findings: readonly Finding[]
  readonly skipped: readonly Skipped[]
  /** the rules that were held against the evidence and found nothing */
  readonly passed: readonly Rule[]
}

/** Judges a snapshot with all rules. Pure: the same snapshot gives the same analysis anywhere and at any time. */
export function analyze(snapshot: Snapshot, rules: readonly Rule[]): Analysis {
  const skipped: Skipped[] = []
  const passed: Rule[] = []
  const found: Finding[] = []
  for (const rule of rules.filter(r => isFor(snapshot, r))) {
    const own = outcome(snapshot, rule)
    if (typeof own === 'string') skipped.push({ rule, reason: own })
    else if (own.length === 0) passed.push(rule)
    else found.push(...own)
  }
  const essential = new Set(rules.flatMap(rule => rule.inputs))
  const findings = [...found, ...gapFindings(snapshot.gaps, essential)].sort(compareFindings)
  const blind = skipped.length > 0 || snapshot.gaps.some(gap => essential.has(gap.input))
  return { verdict: verdictOf(findings, blind), cause: causeOf(findings), findings, skipped, passed }
}

/** What a rule finds, or why it cannot say that there is nothing. */
function outcome(snapshot: Snapshot, rule: Rule): readonly Finding[] | string {
  const reason = whySkipped(snapshot, rule)
  if (reason !== null) return reason
  const own = [...rule.check(snapshot.evidence, new Date(snapshot.takenAt))]
  return own.length > 0 ? own : (whyDoubted(snapshot, rule) ?? own)
}

const isAccess = (f: Finding): boolean => categoryOf(f.code) === 'access'

/** "Could not look" is never "healthy": without faults but with essential evidence missing the verdict is `unknown`. */
function verdictOf(findings: readonly Finding[], blind: boolean): Verdict {
  const faults = findings.filter(f => !isAccess(f) && atLeast(severityOf(f), 'warning'))
  if (faults.some(f => severityOf(f) === 'error' && f.reach === 'all')) return 'broken'
  if (faults.length > 0) return 'degraded'
  return blind ? 'unknown' : 'healthy'
}

/** The codes among the findings that bring about this one. */
export function causedBy(finding: Finding, findings: readonly Finding[]): readonly Code[] {
  const codes = new Set(findings.map(f => f.code))
  return [...codes].filter(code => code !== finding.code && effects[code]?.includes(finding.code)).sort()
}

const reaches: readonly Reach[] = ['all', 'some', 'soon']

/** One cause for all: the worst finding that no other of its severity explains; null when there is no fault. */
function causeOf(findings: readonly Finding[]): Finding | null {
  const faults = findings.filter(f => !isAccess(f) && atLeast(severityOf(f), 'warning'))
  const worst = faults.filter(f => severityOf(f) === severityOf(faults[0] ?? f))
  const roots = worst.filter(f => causedBy(f, worst).length === 0)
  const rank = (f: Finding) => reaches.indexOf(f.reach) * 1000 + causeOrder.indexOf(f.code)
  return roots.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}

/** The exit code of `check`: 0 nothing at or above `failOn`, 1 found, 2 could not look. */
export function exitCode(analysis: Analysis, failOn: 'error' | 'warning' | 'info'): 0 | 1 | 2 {
  const failing = analysis.findings.filter(f => atLeast(severityOf(f), failOn))
  if (failing.some(f => !isAccess(f))) return 1
  if (analysis.verdict === 'unknown') return 2
  return failing.length > 0 ? 1 : 0
}
