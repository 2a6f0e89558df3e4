import type { Refusal } from '../fix/plan.ts'
import type { DryRun } from '../options.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { AppliedChange } from './applied.ts'
import type { ReportedFinding } from './check.ts'
import { type ClusterPart, clusterPart } from './cluster.ts'
import { type Proposal, type ReportedPlan, reportedPlan, type Way, wayOf } from './plan.ts'
import type { VerifyReport } from './verify.ts'

/**
 * `repaired`: applied, and proved unless that was not wanted. `planned`: a dry run. `rolled-back`: it did not help or failed,
 * and all is as before. `failed`: it did not help or failed, and what was changed stands. `refused`: no way is open.
 */
export type FixVerdict = 'repaired' | 'nothing-to-do' | 'planned' | 'rolled-back' | 'failed' | 'refused'

/** How it went. */
export interface Outcome {
  readonly verdict: FixVerdict
  readonly dryRun: DryRun
  readonly applied: readonly AppliedChange[]
  /** null: nothing was proved */
  readonly verify: VerifyReport | null
  /** what `kubectl dnsfix undo` takes it back by; null: there is nothing to take back */
  readonly undo: string | null
}

/** The report of `fix`: a contract (docs/schema/fix-report.json), to which fields are only ever added. */
export interface FixReport extends Outcome {
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
}

/** Puts together what was seen before, what was to be done, and what became of it. */
export const fixReport = (
  snapshot: Snapshot,
  { findings, plan, alternatives, refused }: Proposal,
  outcome: Outcome,
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
  dryRun: outcome.dryRun,
  applied: outcome.applied,
  rolledBack: outcome.verdict === 'rolled-back',
  verify: outcome.verify,
  undo: outcome.undo,
  verdict: outcome.verdict,
})

/** 0: repaired, nothing to do, or a dry run; 1: not repaired. What could not be looked at never comes to a report. */
export const exitOfFix = (verdict: FixVerdict): 0 | 1 =>
  verdict === 'repaired' || verdict === 'nothing-to-do' || verdict === 'planned' ? 0 : 1
