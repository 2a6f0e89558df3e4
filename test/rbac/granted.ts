import type { Right } from '../../src/kube/failures.ts'
import type { RoleRule } from '../../src/rbac/role-rules.ts'
import type { Grant } from '../../src/rbac.ts'

/** A right to all objects of a kind, or to one of them. `resource` has the subresource in it. */
export interface Atom {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly name?: string
  /** undefined: in all namespaces */
  readonly namespace?: string
}

/** Every single right that a manifest gives, each as often as it does. */
export const atomsOf = (grants: readonly Grant[]): readonly Atom[] =>
  grants.flatMap(({ rules = [], metadata: { namespace } }) =>
    rules.flatMap(rule => atomsIn(rule).map(atom => (namespace === undefined ? atom : { ...atom, namespace }))),
  )

function atomsIn({ apiGroups, resources, verbs, resourceNames }: RoleRule): readonly Atom[] {
  const names = resourceNames?.map(name => ({ name })) ?? [{}]
  const kinds = apiGroups.flatMap(group => resources.map(resource => ({ group, resource })))
  return kinds.flatMap(kind => verbs.flatMap(verb => names.map(name => ({ verb, ...kind, ...name }))))
}

const covers = (given: string, asked: string): boolean => given === '*' || given === asked

/** Whether a right is for this: same verb and resource or any, and neither another name nor another namespace. */
export function isFor(atom: Atom, { verb, group, resource, subresource, name, namespace }: Right): boolean {
  const full = subresource === undefined ? resource : `${resource}/${subresource}`
  return (
    covers(atom.verb, verb) &&
    covers(atom.group, group) &&
    covers(atom.resource, full) &&
    (atom.name === undefined || atom.name === name) &&
    (atom.namespace === undefined || atom.namespace === namespace)
  )
}

/** Those of these rights that a manifest does not give, as RBAC would judge it. */
export function refusedBy(grants: readonly Grant[], rights: readonly Right[]): readonly Right[] {
  const atoms = atomsOf(grants)
  return rights.filter(right => !atoms.some(atom => isFor(atom, right)))
}

/** A right in words, wherever it is given: `update apps/deployments`. */
export const kindOf = ({ verb, group, resource }: Atom): string => `${verb} ${group}/${resource}`
