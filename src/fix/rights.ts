import { type Right, rightOf } from '../kube/failures.ts'
import { collectionOf } from './objects.ts'
import type { Change, ObjectChange } from './plan.ts'

/** The right that an object's change takes to be written. */
function writingRight({ path, before, after }: ObjectChange): Right {
  if (before === null) return rightOf({ method: 'POST', path: collectionOf(path) })
  return rightOf({ method: after === null ? 'DELETE' : 'PUT', path })
}

/** All rights that a change takes. `namespace` is that of DNS, where node Pods run too. */
export function rightsOfChange(change: Change, namespace: string): readonly Right[] {
  if (change.kind === 'object') return [rightOf({ method: 'GET', path: change.path }), writingRight(change)]
  return [
    ...['create', 'get'].map(verb => ({ verb, group: '', resource: 'pods', namespace })),
    { verb: 'get', group: '', resource: 'nodes' },
  ]
}

/** What every run takes: for the lock, the journal, and to see that the DNS Pods take a change up. */
export function rightsOfRun(namespace: string): readonly Right[] {
  const verbs = ['get', 'create', 'update']
  return [
    ...['list', 'delete'].map(verb => ({ verb, group: '', resource: 'pods', namespace })),
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
    { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace },
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', namespace },
    ...verbs.map(verb => ({ verb, group: 'coordination.k8s.io', resource: 'leases', namespace })),
    ...[...verbs, 'list'].map(verb => ({ verb, group: '', resource: 'configmaps', namespace })),
  ]
}

/** A right in words: `update configmaps/coredns in namespace kube-system`. */
export function rightText({ verb, name, namespace, ...right }: Right): string {
  const what = name === undefined ? resourceOf(right) : `${resourceOf(right)}/${name}`
  return `${verb} ${what}${namespace === undefined ? '' : ` in namespace ${namespace}`}`
}

/** As kubectl writes it: `deployments.apps`, `pods/log`. */
const resourceOf = ({ group, resource, subresource }: Pick<Right, 'group' | 'resource' | 'subresource'>): string =>
  `${resource}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}`

/** The commands with which an administrator gives `user` this right, and no more than it. */
export function grantOf(right: Right, user: string): string {
  const { verb, name, namespace } = right
  const kind = namespace === undefined ? 'clusterrole' : 'role'
  const within = namespace === undefined ? '' : ` -n ${namespace}`
  const role = ['kubectl-dnsfix', verb, right.resource, right.subresource, name].filter(Boolean).join('-')
  const named = name === undefined ? '' : ` --resource-name=${quoted(name)}`
  return [
    `kubectl create ${kind} ${quoted(role)} --verb=${verb} --resource=${resourceOf(right)}${named}${within}`,
    `kubectl create ${kind}binding ${quoted(role)} --${kind}=${quoted(role)} --user=${quoted(user)}${within}`,
  ].join(' && ')
}

/** For a POSIX shell. */
const quoted = (word: string): string => (/^[\w.:@/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
