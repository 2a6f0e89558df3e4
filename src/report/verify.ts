import type { Analysis } from '../analyze.ts'
import type { Criterion } from '../criteria/criteria.ts'
import type { From } from '../snapshot/observations.ts'
import type { Gap, ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import { type JudgedReport, judgedReport } from './check.ts'
import { type ReportedProbe, type ReportedSearch, reportedProbes, reportedSearches } from './probes.ts'

/** The report of `verify`: a contract (docs/schema/verify-report.json), to which fields are only ever added. */
export interface VerifyReport extends JudgedReport {
  readonly schemaVersion: '1'
  readonly kind: 'VerifyReport'
  /** null where the evidence is not of `verify` */
  readonly plan: ProbePlan | null
  readonly criteria: readonly Criterion[]
  readonly probes: readonly ReportedProbe[]
  /** nodes from which nothing was asked although it was wanted */
  readonly notProbed: readonly NotProbed[]
  readonly searches: readonly ReportedSearch[]
}

export interface NotProbed {
  readonly node: string
  readonly from: From
  readonly reason: string
}

/** Puts together what was asked, what was judged and how it is graded. */
export function verifyReport(
  snapshot: Snapshot,
  analysis: Analysis,
  criteria: readonly Criterion[],
  toolVersion: string,
): VerifyReport {
  const { plan, evidence } = snapshot
  return {
    schemaVersion: '1',
    kind: 'VerifyReport',
    ...judgedReport(snapshot, analysis, toolVersion),
    plan: plan ?? null,
    criteria,
    probes: reportedProbes(evidence),
    notProbed: notProbed(snapshot),
    searches: reportedSearches(evidence),
  }
}

/** Probes in the node's network were wanted where any of them ran. */
function notProbed({ plan, evidence, gaps }: Snapshot): readonly NotProbed[] {
  const { nodes, observations, probes } = evidence
  const missed = new Set(gaps.flatMap(g => (g.input === 'probes' ? (g.object ?? []) : [])))
  const left = nodes.map(n => n.metadata.name).filter(name => missed.has(name))
  const asked = new Set(observations.map(o => `${o.from} ${o.node}`))
  const hasHost = [...observations, ...probes].some(p => p.from === 'host')
  const froms: readonly From[] = hasHost ? ['pod', 'host'] : ['pod']
  return [...new Set([...(plan?.nodes ?? []), ...left])].flatMap(node =>
    froms.filter(from => !asked.has(`${from} ${node}`)).map(from => ({ node, from, reason: reasonOf(node, gaps) })),
  )
}

/** A gap without an object is one of all nodes, as a quota of no Pods is. */
function reasonOf(node: string, gaps: readonly Gap[]): string {
  const own = gaps.filter(g => g.input === 'probes' || g.input === 'observations')
  const gap = own.find(g => g.object === node) ?? own.find(g => g.object === undefined)
  return gap?.detail ?? 'nothing came of its probe Pod'
}
