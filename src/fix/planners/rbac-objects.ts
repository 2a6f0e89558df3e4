import type { KubeObject, ObjectChange } from '../plan.ts'
import type { Denied } from './rbac-denied.ts'
import { missingRules, type PolicyRule, ruleText } from './rbac-rules.ts'

const api = 'rbac.authorization.k8s.io'

/** Where a ClusterRole or ClusterRoleBinding stands in the API. */
export const rbacPath = (kind: 'clusterroles' | 'clusterrolebindings', name: string): string =>
  `/apis/${api}/v1/${kind}/${name}`

/** A ClusterRoleBinding, as far as it is read here. */
export interface Binding extends KubeObject {
  readonly roleRef?: { readonly kind: string; readonly name: string }
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[]
}

type Part = Pick<ObjectChange, 'path' | 'before' | 'after' | 'why'>

/** The ClusterRole with the rules that it lacks at its end; null when it lacks none. */
export function roleChange(name: string, before: KubeObject | undefined, wanted: readonly PolicyRule[]): Part | null {
  const rules = (before?.rules ?? []) as readonly PolicyRule[]
  const added = missingRules(rules, wanted)
  if (before && added.length === 0) return null
  const stock = { apiVersion: `${api}/v1`, kind: 'ClusterRole', metadata: { name } }
  const why = before
    ? `ClusterRole ${name} does not let the DNS server ${added.map(ruleText).join('; ')}`
    : `ClusterRole ${name} does not exist`
  const after = { ...(before ?? stock), rules: [...rules, ...added] }
  return { path: rbacPath('clusterroles', name), before: before ?? null, after, why }
}

/** The ClusterRoleBinding of that role with this ServiceAccount among its subjects. */
export function bindingChange(name: string, before: Binding | undefined, { namespace, account }: Denied): Part {
  const subject = { kind: 'ServiceAccount', name: account, namespace }
  const stock = {
    apiVersion: `${api}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: api, kind: 'ClusterRole', name },
  }
  const after = { ...(before ?? stock), subjects: [...(before?.subjects ?? []), subject] }
  const why = before
    ? `ClusterRoleBinding ${name} does not name ServiceAccount ${namespace}/${account}`
    : `ClusterRoleBinding ${name} does not exist`
  return { path: rbacPath('clusterrolebindings', name), before: before ?? null, after, why }
}
