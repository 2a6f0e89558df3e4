import { Document, isScalar, visit } from 'yaml'
import { rightsOf } from './rights.ts'
import type { Rule } from './rules/rule.ts'
import type { Right } from './snapshot/snapshot.ts'

/** What collecting takes beside the inputs themselves. */
const always: readonly Right[] = [
  // The mark of kubeadm, for the name of the distribution.
  ...rightsOf.configMaps,
  // The address of default/kubernetes, which every DNS Pod must know.
  ...rightsOf.questions,
  // A port-forward over WebSocket begins with a GET, and the API server's version decides which verb is asked for.
  ...rightsOf.answers.map(right => ({ ...right, verb: 'get' })),
]

/** The least rights for `check`, or for `verify`, with these rules, as the YAML of a ClusterRole. */
export function clusterRole(command: 'check' | 'verify', rules: readonly Rule[]): string {
  const inputs = new Set(rules.flatMap(rule => [...rule.inputs, ...rule.uses]))
  const rights = [...[...inputs].flatMap(input => rightsOf[input]), ...always]
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `kubectl-dnsfix-${command}` },
    rules: roleRules(rights),
  }
  const document = new Document(role)
  visit(document, {
    Seq: (_, list) => {
      if (list.items.every(isScalar)) list.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** One rule for all resources of a group that are used with the same verbs. */
function roleRules(rights: readonly Right[]) {
  const verbs = new Map<string, { group: string; resource: string; verbs: readonly string[] }>()
  for (const [key, same] of Map.groupBy(rights, r => `${r.group}/${r.resource}`)) {
    const { group = '', resource = '' } = same[0] ?? {}
    verbs.set(key, { group, resource, verbs: unique(same.map(r => r.verb)) })
  }
  const alike = Map.groupBy(verbs.values(), r => `${r.group} ${r.verbs.join()}`)
  return [...alike.keys()].sort().flatMap(key => {
    const [first, ...rest] = alike.get(key) ?? []
    if (!first) return []
    const resources = unique([first, ...rest].map(r => r.resource))
    return [{ apiGroups: [first.group], resources, verbs: first.verbs }]
  })
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort()
