import type { Analysis, Verdict } from '../analyze.ts'
import type { EvidenceLine } from '../finding.ts'
import { outsideAddress } from '../snapshot/dns.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { configurationClean } from './configuration-clean.ts'
import type { Fact, Status } from './fact.ts'
import { resolvesEverywhere } from './resolves-everywhere.ts'
import { survives } from './survives.ts'
import { upstreamsProper } from './upstreams-proper.ts'

export type CriterionId = 'resolves-everywhere' | 'upstreams-proper' | 'survives' | 'configuration-clean'

/** One of the four criteria of the grade, and what was seen that decides it. */
export interface Criterion {
  readonly id: CriterionId
  readonly status: Status
  readonly evidence: readonly EvidenceLine[]
}

/** Grades what `verify` saw: each criterion passed, failed or not known. Pure, as `analyze` is. */
export function criteriaOf(snapshot: Snapshot, analysis: Analysis): readonly Criterion[] {
  return [
    criterion('resolves-everywhere', resolvesEverywhere(snapshot)),
    criterion('upstreams-proper', upstreamsProper(snapshot, analysis)),
    criterion('survives', survives(snapshot, analysis)),
    criterion('configuration-clean', configurationClean(analysis)),
  ]
}

/**
 * The verdict of `verify`. Rules that find nothing do not prove that names resolve, only the answers do. Where they all are right,
 * it takes no rules on a DNS server of this cluster if Pods ask one outside of it.
 */
export function verdictOf(
  { verdict }: Pick<Analysis, 'verdict'>,
  criteria: readonly Criterion[],
  { evidence, gaps }: Pick<Snapshot, 'evidence' | 'gaps'>,
): Verdict {
  const status = criteria.find(c => c.id === 'resolves-everywhere')?.status ?? 'unknown'
  const isOutside = outsideAddress(evidence) !== undefined
  if (verdict === 'unknown' && status === 'passed' && isOutside && gaps.length === 0) return 'healthy'
  if (verdict !== 'healthy' || status === 'passed') return verdict
  return status === 'failed' ? 'degraded' : 'unknown'
}

/** One fact against it fails a criterion; else one that is not known leaves it open. No facts at all prove nothing. */
function criterion(id: CriterionId, facts: readonly Fact[]): Criterion {
  const has = (status: Status) => facts.some(f => f.status === status)
  const status = has('failed') ? 'failed' : has('unknown') || facts.length === 0 ? 'unknown' : 'passed'
  const deciding = facts.filter(f => f.status === status)
  return { id, status, evidence: deciding.map(({ source, text }) => ({ source, text })) }
}
