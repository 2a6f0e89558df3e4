import { type ErrorReport, type ExpectedError, expectedReport } from '../errors.ts'
import type { Refusal } from '../fix/plan.ts'
import type { DryRun } from '../options.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { AppliedChange } from './applied.ts'
import type { ReportedFinding } from './check.ts'
import { type ClusterPart, clusterPart } from './cluster.ts'
import { type Proposal, type ReportedPlan, reportedPlan, type Way, wayOf } from './plan.ts'
import type { VerifyReport } from './verify.ts'

/**
 * `repaired`: applied, and proved unless that was not wanted. `not-proved`: applied, and the proof that was wanted could not be made.
 * `planned`: a dry run. `rolled-back`: it did not help or failed, and all is as before. `failed`: it did not help or failed, and what
 * was changed stands. `refused`: no way is open.
 */
export type FixVerdict = 'repaired' | 'not-proved' | 'nothing-to-do' | 'planned' | 'rolled-back' | 'failed' | 'refused'

/** How it went. */
export interface Outcome {
  readonly verdict: FixVerdict
  readonly dryRun: DryRun
  readonly applied: readonly AppliedChange[]
  /** null: nothing was proved */
  readonly verify: VerifyReport | null
  /** errors that the proof saw and that are no business of the plan */
  readonly still: readonly ReportedFinding[]
  /** what kubectl dnsfix undo takes it back by; null: there is nothing to take back */
  readonly undo: string | null
  /** why it came to no good end; null where nothing went wrong on the way */
  readonly failure: ExpectedError | null
  /** what has to be known beside, a sentence each */
  readonly notes: readonly string[]
  /** the last words of DNS Pods that did not come up */
  readonly log: readonly string[]
}

/** An outcome of which nothing is to be told but how it ended. */
export const outcome = (verdict: FixVerdict, dryRun: DryRun, rest: Partial<Outcome> = {}): Outcome => ({
  verdict,
  dryRun,
  applied: [],
  verify: null,
  still: [],
  undo: null,
  failure: null,
  notes: [],
  log: [],
  ...rest,
})

/** The report of `fix`: a contract (docs/schema/fix-report.json), to which fields are only ever added. */
export interface FixReport extends Omit<Outcome, 'failure'> {
  readonly schemaVersion: '1'
  readonly kind: 'FixReport'
  readonly tool: { readonly version: string }
  readonly takenAt: string
  readonly cluster: ClusterPart
  /** what was found before anything was changed */
  readonly findings: readonly ReportedFinding[]
  readonly plan: ReportedPlan | null
  readonly alternatives: readonly Way[]
  readonly refused: readonly Refusal[]
  readonly rolledBack: boolean
  readonly error: ErrorReport | null
}

/** Puts together what was seen before, what was to be done, and what became of it. */
export const fixReport = (
  snapshot: Snapshot,
  { findings, plan, alternatives, refused }: Proposal,
  { failure, ...told }: Outcome,
  toolVersion: string,
): FixReport => ({
  schemaVersion: '1',
  kind: 'FixReport',
  tool: { version: toolVersion },
  takenAt: snapshot.takenAt,
  cluster: clusterPart(snapshot),
  findings,
  plan: plan && reportedPlan(plan),
  alternatives: alternatives.map(wayOf),
  refused,
  ...told,
  rolledBack: told.verdict === 'rolled-back',
  error: failure && expectedReport(failure),
})

/**
 * 0: names resolve, as far as was looked, there was nothing to do, or a dry run; 1: not repaired, or names still do not resolve from
 * every Pod for another reason; 2: applied, and not known whether they do.
 */
export function exitOfFix({ verdict, failure, verify }: Outcome): number {
  if (failure) return failure.exitCode
  if (verdict === 'not-proved') return 2
  if (verdict === 'nothing-to-do' || verdict === 'planned') return 0
  return verdict === 'repaired' && !(verify && isFailing(verify)) ? 0 : 1
}

/** Whether some Pod did not get a name resolved. */
export const isFailing = ({ criteria }: VerifyReport): boolean =>
  criteria.some(c => c.id === 'resolves-everywhere' && c.status === 'failed')
