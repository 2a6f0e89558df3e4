import { closedTo } from '../snapshot/closed.ts'
import type {
  From,
  Observation,
  ProbeQuestion,
  ProbeResult,
  Protocol,
  Silence,
  Target,
} from '../snapshot/observations.ts'
import { judgeOf, type Outcome } from '../snapshot/right.ts'
import type { Evidence } from '../snapshot/snapshot.ts'

/** One question of the matrix as reports show it. */
export interface ReportedProbe extends ReportedResult, ProbeQuestion {
  readonly node: string
  readonly from: From
  readonly to: {
    readonly kind: Target['kind']
    readonly name: string
    readonly address: string
    readonly port: number
    readonly node: string | null
  }
  readonly protocol: Protocol
  /** `closed`: not open to Pods, which get their answers without it */
  readonly status: Outcome | 'closed'
}

/** How an answer, or its absence, is reported. */
export interface ReportedResult {
  readonly rcode: string | null
  readonly silence: Silence | null
  readonly answers: readonly string[]
  readonly ms: number
}

/** What one name costs a Pod's resolver; the last name that is tried ends the search. */
export interface ReportedSearch {
  readonly node: string
  readonly name: string
  readonly ndots: number
  readonly queries: number
  readonly tried: readonly ({ readonly name: string } & ReportedResult)[]
}

/** True for a question that should have been answered otherwise; what is closed to Pods owes them nothing. */
export const hasFailed = ({ status }: Pick<ReportedProbe, 'status'>): boolean =>
  status !== 'right' && status !== 'closed'

/** Every observation, judged against what was expected. */
export function reportedProbes(
  evidence: Pick<Evidence, 'observations' | 'probes' | 'kubelets'>,
): readonly ReportedProbe[] {
  const judge = judgeOf(evidence.probes)
  const isClosed = closedTo(evidence)
  const statusOf = (o: Observation) => (o.from === 'pod' && isClosed(o) ? 'closed' : judge(o))
  // There are tens of thousands of observations in a big cluster, and few targets.
  const told = new Map<string, ReportedProbe['to']>()
  return evidence.observations.map(o => {
    const to = reportedTarget(o.to)
    const key = Object.values(to).join(' ')
    if (!told.has(key)) told.set(key, to)
    return reported(o, told.get(key) ?? to, statusOf(o))
  })
}

const reportedTarget = ({ kind, name, address, port, node }: Target): ReportedProbe['to'] => ({
  kind,
  name,
  address,
  port,
  node: node ?? null,
})

const reported = (
  { node, from, protocol, question, result }: Observation,
  to: ReportedProbe['to'],
  status: ReportedProbe['status'],
): ReportedProbe => ({
  node,
  from,
  to,
  protocol,
  name: question.name,
  type: question.type,
  about: question.about,
  expected: question.expected,
  status,
  ...reportedResult(result),
})

const reportedResult = (result: ProbeResult): ReportedResult => ({
  rcode: 'rcode' in result ? result.rcode : null,
  silence: 'silence' in result ? result.silence : null,
  answers: 'rcode' in result ? result.answers : [],
  ms: Math.round(result.ms * 10) / 10,
})

export const reportedSearches = ({ searches }: Pick<Evidence, 'searches'>): readonly ReportedSearch[] =>
  searches.map(({ node, name, ndots, queries, tried }) => ({
    node,
    name,
    ndots,
    queries,
    tried: tried.map(t => ({ name: t.name, ...reportedResult(t.result) })),
  }))
