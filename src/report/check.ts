import { type Analysis, causedBy } from '../analyze.ts'
import { fixable } from '../catalog/fixable.ts'
import { type Code, categoryOf, type Severity } from '../catalog.ts'
import {
  type EvidenceLine,
  type Finding,
  messageOf,
  nameOf,
  type ObjectRef,
  type Reach,
  remedyOf,
  severityOf,
} from '../finding.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { type ClusterPart, clusterPart, type DnsPart, dnsPart } from './cluster.ts'

/** A finding as reports show it: the words are filled in, and it says what it follows from. */
export interface ReportedFinding {
  readonly code: Code
  readonly name: string
  readonly severity: Severity
  readonly category: string
  readonly reach: Reach
  readonly object: ObjectRef
  readonly message: string
  readonly args: Finding['args']
  readonly evidence: readonly EvidenceLine[]
  readonly causedBy: readonly Code[]
  readonly remedy: string
  readonly docs: string
  readonly fixable: boolean
}

/** What every report has that judges a snapshot. */
export interface JudgedReport {
  readonly tool: { readonly version: string }
  readonly takenAt: string
  readonly cluster: ClusterPart
  readonly dns: DnsPart
  readonly verdict: Analysis['verdict']
  readonly cause: ReportedFinding | null
  readonly findings: readonly ReportedFinding[]
  readonly skipped: readonly { readonly rule: string; readonly codes: readonly Code[]; readonly reason: string }[]
  readonly passed: readonly { readonly rule: string; readonly title: string }[]
}

/** The report of `check`: a contract (docs/schema/check-report.json), to which fields are only ever added. */
export interface CheckReport extends JudgedReport {
  readonly schemaVersion: '1'
  readonly kind: 'CheckReport'
}

/** Puts together what was seen and what was judged. */
export const checkReport = (snapshot: Snapshot, analysis: Analysis, toolVersion: string): CheckReport => ({
  schemaVersion: '1',
  kind: 'CheckReport',
  ...judgedReport(snapshot, analysis, toolVersion),
})

/** The part that the reports of all commands have in common. */
export function judgedReport(snapshot: Snapshot, analysis: Analysis, toolVersion: string): JudgedReport {
  const report = (f: Finding): ReportedFinding => reported(f, analysis.findings)
  return {
    tool: { version: toolVersion },
    takenAt: snapshot.takenAt,
    cluster: clusterPart(snapshot),
    dns: dnsPart(snapshot),
    verdict: analysis.verdict,
    cause: analysis.cause && report(analysis.cause),
    findings: analysis.findings.map(report),
    skipped: analysis.skipped.map(s => ({ rule: s.rule.name, codes: s.rule.codes, reason: s.reason })),
    passed: analysis.passed.map(rule => ({ rule: rule.name, title: rule.title })),
  }
}

function reported(f: Finding, all: readonly Finding[]): ReportedFinding {
  return {
    code: f.code,
    name: nameOf(f),
    severity: severityOf(f),
    category: categoryOf(f.code),
    reach: f.reach,
    object: f.object,
    message: messageOf(f),
    args: f.args,
    evidence: f.evidence,
    causedBy: causedBy(f, all),
    remedy: remedyOf(f),
    docs: `kubectl dnsfix explain ${f.code}`,
    fixable: fixable.has(f.code),
  }
}

/** The findings that follow from one, directly or through others. */
export function effectsOf(cause: ReportedFinding, findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const reached = new Set([cause.code])
  for (const code of reached) for (const f of findings) if (f.causedBy.includes(code)) reached.add(f.code)
  reached.delete(cause.code)
  return findings.filter(f => reached.has(f.code))
}
