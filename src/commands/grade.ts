import { type Analysis, analyze, exitCode } from '../analyze.ts'
import type { Severity } from '../catalog.ts'
import { type Criterion, criteriaOf, verdictOf } from '../criteria/criteria.ts'
import { rules } from '../rules/index.ts'
import { pathRules } from '../rules/path/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** What `verify` makes of a snapshot: one verdict, for people, for programs and for the exit code. */
export interface Graded {
  readonly analysis: Analysis
  readonly criteria: readonly Criterion[]
}

/** Judges by all rules and grades; the verdict is that of both. */
export function graded(snapshot: Snapshot): Graded {
  const analysis = analyze(snapshot, [...rules, ...pathRules])
  const criteria = criteriaOf(snapshot, analysis)
  return { analysis: { ...analysis, verdict: verdictOf(analysis, criteria, snapshot) }, criteria }
}

/** As with `check`; and 1 for names that do not resolve from every Pod, though no rule says why. */
export function exitOf({ analysis, criteria }: Graded, failOn: Severity): 0 | 1 | 2 {
  const code = exitCode(analysis, failOn)
  const isFailed = criteria.some(c => c.id === 'resolves-everywhere' && c.status === 'failed')
  return code === 0 && isFailed ? 1 : code
}
