import { isReady } from './dns.ts'
import { type Fronts, frontsOf, servesCluster } from './felt.ts'
import { isMute, isSilence, type Judged, judged, type Row, rowsOf, targetKey } from './matrix.ts'
import type { Target } from './observations.ts'
import { faultOf } from './outcomes.ts'
import type { Evidence } from './snapshot.ts'

export type PathEvidence = Pick<Evidence, 'observations' | 'probes' | 'pods' | 'answers' | 'kubelets'>

/** The matrix with those taken out of it that would make others look guilty. */
export interface Matrix {
  /** what Pods were answered, from every node */
  readonly all: readonly Judged[]
  /** what the nodes themselves were answered, where they were asked to ask */
  readonly host: readonly Judged[]
  /** what Pods of each node ask */
  readonly fronts: Fronts
  /** nodes that reach nothing, although something that they ask is alive */
  readonly cutOff: readonly string[]
  /** from nodes that are not cut off, to DNS Pods that are Ready, not on such a node and open to Pods, and to all else */
  readonly rows: readonly Row[]
  /** DNS Pods that fail by themselves, whoever asks them */
  readonly failing: readonly string[]
}

/** True for a target that answered anybody, if only over a port-forward. */
type IsAlive = (to: Target) => boolean

/** Reads the matrix in the order network, then DNS Pod: who is cut off says nothing of others. */
export function matrixOf(evidence: PathEvidence): Matrix {
  const all = judged(evidence)
  const host = judged(evidence, 'host')
  const rows = rowsOf(all)
  const fronts = frontsOf(rows, evidence.kubelets)
  const isAlive = aliveness([...rows, ...rowsOf(host)], evidence.answers)
  const cutOff = cutOffNodes(rows, isAlive)
  const isOff = (node: string | undefined) => node !== undefined && cutOff.includes(node)
  const unready = new Set(evidence.pods.filter(p => !isReady(p)).map(p => p.metadata.name))
  const isUnready = (to: Target) => to.kind === 'pod' && unready.has(to.name)
  const open = rows.filter(r => !isOff(r.node) && !isOff(r.to.node) && !isUnready(r.to))
  const told = [...Map.groupBy(open, r => r.node).values()].flatMap(own =>
    isClosed(own) ? own.filter(r => r.to.kind !== 'pod') : own,
  )
  return { all, host, fronts, cutOff, rows: told, failing: failingPods(told, isAlive) }
}

/**
 * The Service or the node's resolver answers, if only over one protocol, and no DNS Pod does: Pods may ask that alone, which is a
 * policy and no fault.
 */
const isClosed = (own: readonly Row[]): boolean =>
  own.some(servesCluster) && own.every(r => r.to.kind !== 'pod' || isMute(r))

/** Who resolves external names over a port-forward has an upstream that lives, whichever it is. */
function aliveness(rows: readonly Row[], answers: Evidence['answers']): IsAlive {
  const heard = new Set(rows.filter(r => !isMute(r)).map(r => targetKey(r.to)))
  const served = new Set(answers.filter(a => !('silence' in a.result)).map(a => a.pod))
  const isResolving = answers.some(a => a.question.scope === 'external' && faultOf(a) === null)
  return to =>
    heard.has(targetKey(to)) || (to.kind === 'pod' && served.has(to.name)) || (to.kind === 'upstream' && isResolving)
}

/**
 * The nodes to which nothing answers. That Pods of other nodes are silent is not enough, nor is the Service, which may lead
 * there: something must be silent that is on the node itself or outside, and that is known to live.
 */
function cutOffNodes(rows: readonly Row[], isAlive: IsAlive): readonly string[] {
  const isNear = ({ node, to }: Row) => to.kind === 'upstream' || (to.kind === 'pod' && to.node === node)
  return [...Map.groupBy(rows, r => r.node)]
    .filter(([, own]) => own.every(isMute) && own.some(r => isNear(r) && isAlive(r.to)))
    .map(([node]) => node)
}

/**
 * The DNS Pods that answer nobody, or nobody rightly. One that is silent but lives (a port-forward got an answer) is to blame
 * only if its own node does not reach it either and other DNS Pods are reached; else it is the way to it.
 */
function failingPods(rows: readonly Row[], isAlive: IsAlive): readonly string[] {
  const pods = [...Map.groupBy(rows, r => (r.to.kind === 'pod' ? r.to.name : ''))].filter(([name]) => name !== '')
  const bad = pods.filter(([, own]) => own.every(isBad))
  const isAlone = bad.length < pods.length
  const isToBlame = (own: readonly Row[]) => {
    if (!own.every(isMute)) return isAlone
    const isOwnWord = own.some(r => r.node === r.to.node)
    return own.some(r => isAlive(r.to)) ? isAlone && isOwnWord : true
  }
  return bad.filter(([, own]) => isToBlame(own)).map(([name]) => name)
}

/** True for a target that is silent, or that answers a question on the cluster's own names, but not rightly. */
const isBad = (row: Row): boolean =>
  isMute(row) || row.asked.some(o => o.question.about !== 'external' && o.fault !== null && !isSilence(o))
