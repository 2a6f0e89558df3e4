import * as assert from 'uvu/assert'
import { analyze } from '../../../src/analyze.ts'
import type { KubeObject, ObjectChange, Plan, Refusal } from '../../../src/fix/plan.ts'
import type { FixContext, Planner } from '../../../src/fix/planners/context.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { allRules, snapshotOf } from '../../fixtures.ts'

/** What an object has that no rule reads and that must be there afterwards. */
const kept = { uid: 'u-1', resourceVersion: '7', annotations: { 'example.com/kept': 'yes' } }

type Item = { readonly metadata: { readonly name: string; readonly namespace?: string } }

const objectOf = (apiVersion: string, kind: string, item: Item): KubeObject => ({
  apiVersion,
  kind,
  ...item,
  metadata: { ...item.metadata, ...kept },
})

/** The Services, Deployments and ConfigMaps of the evidence, by their paths, as if they had been read whole. */
function objectsOf({ services, workloads, configMaps }: Evidence): ReadonlyMap<string, KubeObject> {
  const at = (prefix: string, plural: string, { metadata: m }: Item) =>
    `${prefix}/namespaces/${m.namespace}/${plural}/${m.name}`
  return new Map([
    ...services.map(o => [at('/api/v1', 'services', o), objectOf('v1', 'Service', o)] as const),
    ...configMaps.map(o => [at('/api/v1', 'configmaps', o), objectOf('v1', 'ConfigMap', o)] as const),
    ...workloads.map(o => [at('/apis/apps/v1', 'deployments', o), objectOf('apps/v1', o.kind, o)] as const),
  ])
}

/** All that a planner goes by: what the rules find in this evidence, and its objects, with these beside them. */
export function contextOf(evidence: Evidence, more: Readonly<Record<string, KubeObject>> = {}): FixContext {
  const snapshot = snapshotOf(evidence)
  const { findings, cause } = analyze(snapshot, allRules)
  const objects = new Map([...objectsOf(evidence), ...Object.entries(more)])
  const options = { method: undefined, code: undefined, upstreams: [], stubDomains: {} }
  return { snapshot, findings, cause, objects, options, nodeFacts: [] }
}

/** The changes of a plan; fails for a refusal, with its reason. */
export function changesOf(made: Plan | Refusal | null): readonly ObjectChange[] {
  assert.ok(made !== null && 'changes' in made, `a plan: ${JSON.stringify(made)}`)
  const changes = made.changes.filter(c => c.kind === 'object')
  for (const change of changes) {
    assert.ok(change.codes.length > 0 && change.survives.length > 0, 'says what it is for, and whether it lasts')
    assert.not.match(JSON.stringify([change.why, change.reach, change.survives]), /undefined|\[object|null/)
  }
  return changes
}

/** The one change of a plan. */
export function changeOf(made: Plan | Refusal | null): ObjectChange {
  const [change, ...rest] = changesOf(made)
  assert.is(rest.length, 0, 'one change')
  assert.ok(change)
  return change
}

/** The refusal; fails for a plan, and for a refusal that does not say what to do. */
export function refusalOf(made: Plan | Refusal | null): Refusal {
  assert.ok(made !== null && 'reason' in made, `a refusal: ${JSON.stringify(made)}`)
  assert.ok(made.steps.length > 0, 'says what to do instead')
  assert.not.match(JSON.stringify(made), /undefined|\[object/)
  return made
}

/** What a planner makes of this evidence. */
export const planned = (planner: Planner, evidence: Evidence, more: Readonly<Record<string, KubeObject>> = {}) =>
  planner.plan(contextOf(evidence, more))
