import { frontsOf } from './felt.ts'
import { isMute, isSilence, type Judged, judged, type Row, rowsOf, targetKey } from './matrix.ts'
import type { Target } from './observations.ts'
import type { Evidence } from './snapshot.ts'

/** Tells whether a target is closed to the Pods of a node. */
export type IsClosed = (row: { readonly node: string; readonly to: Target }) => boolean

/**
 * What is behind the servers that Pods ask, and lets no Pod in: Pods get their answers all the same, so this is a policy and no
 * fault. A namespace may only be let to the DNS Service or to the cache on its node, and an upstream may only serve DNS Pods.
 */
export function closedTo(
  evidence: Pick<Evidence, 'observations' | 'probes' | 'kubelets'>,
  all: readonly Judged[] = judged(evidence),
): IsClosed {
  const rows = rowsOf(all)
  const fronts = new Set([...frontsOf(rows, evidence.kubelets).values()].flat())
  const closed = new Set([...closedInside(rows, fronts), ...closedUpstreams(rows, fronts)].map(rowKey))
  return row => closed.size > 0 && closed.has(rowKey(row))
}

const rowKey = ({ node, to }: Parameters<IsClosed>[0]): string => `${node} ${targetKey(to)}`

/** Of a node whose Pods are answered, when nothing at all of what is behind answers them. */
function closedInside(rows: readonly Row[], fronts: ReadonlySet<Row>): readonly Row[] {
  const inside = rows.filter(r => r.to.kind !== 'upstream')
  return [...Map.groupBy(inside, r => r.node).values()].flatMap(own => {
    const behind = own.filter(r => !fronts.has(r))
    const isServed = own.some(r => fronts.has(r) && !isMute(r))
    return isServed && behind.every(isMute) ? behind : []
  })
}

/** One of many that fails, or one that fails from some nodes, is a fault; here none serves any Pod, and names resolve. */
function closedUpstreams(rows: readonly Row[], fronts: ReadonlySet<Row>): readonly Row[] {
  const upstreams = rows.filter(r => r.to.kind === 'upstream')
  const isResolved = (r: Row) => fronts.has(r) && r.asked.some(o => o.question.about === 'external' && o.fault === null)
  return upstreams.every(isUseless) && rows.some(isResolved) ? upstreams : []
}

const isUseless = (row: Row): boolean =>
  isMute(row) || row.asked.every(o => isSilence(o) || isRefusal(o) || isUntold(o))

const isRefusal = ({ result }: Judged): boolean => 'rcode' in result && ['REFUSED', 'SERVFAIL'].includes(result.rcode)

/** The sidecar's prober only says that it was told something without records. */
const isUntold = ({ result }: Judged): boolean => 'silence' in result && result.silence === 'unknown'
