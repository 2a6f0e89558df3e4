import type { Need } from './need.ts'

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface RoleRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

type Asked = Omit<Need, 'where'>

/** Those of these rights that the others do not include: the right to one object is in that to all. */
export const notIn = <T extends Asked>(needs: readonly T[], others: readonly Asked[]): readonly T[] =>
  needs.filter(need => !others.some(other => includes(other, need)))

const includes = (wide: Asked, need: Asked): boolean =>
  wide.verb === need.verb &&
  wide.group === need.group &&
  wide.resource === need.resource &&
  (wide.name === undefined || wide.name === need.name)

/** These rights as few rules: one for all resources of a group, and all names, that are used with the same verbs. */
export function roleRules(needs: readonly Asked[]): readonly RoleRule[] {
  const general = needs.filter(need => need.name === undefined)
  const single = notIn(
    needs.filter(need => need.name !== undefined),
    general,
  )
  const byObject = joined([...general, ...single], ({ group, resource, name = '' }) => [group, resource, name], verbsOf)
  const kindOf = ({ resourceNames }: RoleRule) => (resourceNames ? 'named' : '')
  const byName = joined(byObject, r => [...r.apiGroups, ...r.resources, r.verbs.join(), kindOf(r)], namesOf)
  return joined(byName, r => [...r.apiGroups, r.verbs.join(), r.resourceNames?.join() ?? ''], resourcesOf)
}

/** One rule for all that have the same key, in the order of the keys. */
function joined<T>(list: readonly T[], keyOf: (one: T) => readonly string[], join: (same: readonly T[]) => RoleRule) {
  const groups = Map.groupBy(list, one => keyOf(one).join(' '))
  return [...groups.keys()].sort().map(key => join(groups.get(key) ?? []))
}

function verbsOf(same: readonly Asked[]): RoleRule {
  const [{ group, resource, name } = { group: '', resource: '' } as Asked] = same
  const names = name === undefined ? {} : { resourceNames: [name] }
  return { apiGroups: [group], resources: [resource], ...names, verbs: unique(same.map(need => need.verb)) }
}

function namesOf(same: readonly RoleRule[]): RoleRule {
  const [first = nothing] = same
  return first.resourceNames ? { ...first, resourceNames: unique(same.flatMap(r => r.resourceNames ?? [])) } : first
}

function resourcesOf(same: readonly RoleRule[]): RoleRule {
  const [first = nothing] = same
  return { ...first, resources: unique(same.flatMap(rule => rule.resources)) }
}

const nothing: RoleRule = { apiGroups: [], resources: [], verbs: [] }

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort()
