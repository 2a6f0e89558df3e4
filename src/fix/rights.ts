import { type Right, rightOf } from '../kube/failures.ts'
import { leaseName } from './lease.ts'
import { collectionOf } from './objects.ts'
import type { Change, Plan } from './plan.ts'
import { type DnsServer, workloadPath } from './settled-pods.ts'
import { scaleOf } from './spare.ts'

/** What the DNS server is made of, as far as rights hang on it. */
export interface Needs {
  readonly dns: Pick<DnsServer, 'namespace' | 'workload'>
  /** its only Pod is restarted, and gets a second one meanwhile */
  readonly isLone: boolean
}

/** All rights that it takes to carry out a plan and to take it back. What only saves time, or words, is not among them. */
export const rightsOfPlan = ({ changes }: Plan, { dns, isLone }: Needs): readonly Right[] => [
  ...rightsOfRun(dns.namespace),
  ...changes.flatMap(change => rightsOfChange(change, dns)),
  ...(isLone ? rightsOfSpare(dns) : []),
]

/** All rights that a change takes, and its way back: what was created is compared by a dry run, and deleted. */
export function rightsOfChange(change: Change, { namespace, workload }: Needs['dns']): readonly Right[] {
  if (change.kind === 'node') return rightsOnNodes(namespace)
  const { path, before, after } = change
  const one = (method: string): Right => rightOf({ method, path })
  const creating = rightOf({ method: 'POST', path: collectionOf(path) })
  const made = [creating, one('PUT'), one('DELETE')]
  const writing = before === null ? made : after === null ? [one('DELETE'), creating] : [one('PUT')]
  const isCounted = change.awaits === 'dns-pods-ready' && workload !== undefined
  return [one('GET'), ...writing, ...(isCounted ? [rightOf({ method: 'GET', path: workloadPath(workload) })] : [])]
}

/** What a Pod takes that works on a node, or looks at it. */
export const rightsOnNodes = (namespace: string): readonly Right[] => [
  ...podRights(namespace, ['create', 'get', 'list', 'delete']),
  { verb: 'get', group: '', resource: 'nodes' },
]

/** What every run takes: for the lock, the journal, and to see that the DNS Pods take a change up. */
export function rightsOfRun(namespace: string): readonly Right[] {
  const lease = { group: 'coordination.k8s.io', resource: 'leases', namespace }
  return [
    ...podRights(namespace, ['list', 'delete']),
    ...forwardRights(namespace),
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', namespace },
    { verb: 'create', ...lease },
    ...['get', 'update'].map(verb => ({ verb, ...lease, name: leaseName })),
    ...['get', 'create', 'update', 'list'].map(verb => ({ verb, group: '', resource: 'configmaps', namespace })),
  ]
}

function rightsOfSpare({ workload }: Needs['dns']): readonly Right[] {
  if (workload?.kind !== 'Deployment') return []
  return ['GET', 'PUT'].map(method => rightOf({ method, path: scaleOf(workloadPath(workload)) }))
}

/** What proving a plan from probe Pods takes in their namespace. */
export const rightsOfProof = (namespace: string): readonly Right[] => [
  ...podRights(namespace, ['create', 'watch', 'delete']),
  ...forwardRights(namespace),
]

const podRights = (namespace: string, verbs: readonly string[]): readonly Right[] => [
  ...verbs.map(verb => ({ verb, group: '', resource: 'pods', namespace })),
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
]

/** A port-forward over WebSocket begins with a GET, and the API server's version decides which verb is asked for. */
const forwardRights = (namespace: string): readonly Right[] =>
  ['create', 'get'].map(verb => ({ verb, group: '', resource: 'pods', subresource: 'portforward', namespace }))

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
