import { list } from '../catalog/entry.ts'
import type { Code } from '../catalog.ts'
import type { ObjectRef } from '../finding.ts'
import type { Change, KubeObject, Method, Plan, Refusal, Risk } from '../fix/plan.ts'
import type { ReportedFinding } from './check.ts'
import { diffOf } from './diff-parts.ts'

/** What is found, what is going to be done about it, and what could be done instead. */
export interface Proposal {
  readonly findings: readonly ReportedFinding[]
  /** null: there is nothing to do, or no way is open */
  readonly plan: Plan | null
  readonly alternatives: readonly Plan[]
  readonly refused: readonly Refusal[]
}

/** A change as reports have it: the object by its name, and the difference as text. */
export interface ReportedChange {
  readonly object: ObjectRef
  /** on a node; null for a change of an object */
  readonly file: string | null
  /** null: it is not there yet */
  readonly before: KubeObject | string | null
  /** null: it is deleted */
  readonly after: KubeObject | string | null
  readonly diff: string
  readonly codes: readonly Code[]
  readonly why: string
  readonly reach: string
  readonly risk: Risk
  readonly survives: readonly string[]
}

export interface ReportedPlan {
  readonly method: Method
  readonly changes: readonly ReportedChange[]
  readonly notes: readonly string[]
}

/** A plan in a line of the table of all ways. */
export interface Way {
  readonly method: Method
  readonly changes: number
  readonly reach: readonly string[]
  readonly risk: Risk
  readonly survives: readonly string[]
}

export const reportedPlan = ({ method, changes, notes }: Plan): ReportedPlan => ({
  method,
  changes: changes.map(reportedChange),
  notes,
})

const reportedChange = (change: Change): ReportedChange => ({
  object: objectOf(change),
  file: change.kind === 'node' ? change.file : null,
  before: change.before,
  after: change.after,
  diff: diffOf(change),
  codes: change.codes,
  why: change.why,
  reach: change.reach,
  risk: change.risk,
  survives: change.survives,
})

/** What a change is of: a node for a file there. An object without `before` and `after` does not occur. */
export function objectOf(change: Change): ObjectRef {
  if (change.kind === 'node') return { kind: 'Node', name: change.node }
  const { kind, metadata } = change.after ?? change.before ?? { kind: '', metadata: { name: change.path } }
  const { namespace, name } = metadata as { readonly namespace?: string; readonly name: string }
  return namespace === undefined ? { kind, name } : { kind, namespace, name }
}

const risks: readonly Risk[] = ['safe', 'restarts', 'disruptive']

/** The whole of a plan: everyone it reaches, at most `most` nodes by name; the greatest of its risks. */
export const wayOf = ({ method, changes }: Plan, most = Number.POSITIVE_INFINITY): Way => ({
  method,
  changes: changes.length,
  reach: reachOf(changes, most),
  risk: risks.findLast(risk => changes.some(c => c.risk === risk)) ?? 'safe',
  survives: [...new Set(changes.flatMap(c => c.survives))],
})

/** Whom changes reach, each said once: those that differ in the node at their end share a line, with at most `most` nodes. */
export function reachOf(changes: readonly Change[], most: number): readonly string[] {
  const parts = changes.map(change => {
    const end = change.kind === 'node' ? ` ${change.node}` : ''
    return end !== '' && change.reach.endsWith(end)
      ? { stem: change.reach.slice(0, -end.length), node: end.trim() }
      : { stem: change.reach, node: null }
  })
  return [...Map.groupBy(parts, part => part.stem)].map(([stem, own]) => {
    const nodes = own.flatMap(({ node }) => node ?? [])
    return nodes.length === 0 ? stem : `${stem} ${list([...new Set(nodes)], most)}`
  })
}

/** The findings that a plan repairs. */
export const repairedBy = (plan: Plan | ReportedPlan | null, findings: readonly ReportedFinding[]) =>
  findings.filter(f => plan?.changes.some(change => change.codes.includes(f.code)))
