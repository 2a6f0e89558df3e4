import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubeObject } from '../../../src/fix/plan.ts'
import planner from '../../../src/fix/planners/rbac.ts'
import { allows, missingRules, needed, type PolicyRule } from '../../../src/fix/planners/rbac-rules.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy } from '../../clusters.ts'
import { changeOf, changesOf, planned, refusalOf } from './repairs.ts'

const test = suite('planners/rbac')

const refused = (resource: string, group: string, account = 'kube-system:coredns') =>
  `E1122 10:00:01.1 1 reflector.go:205] "Failed to watch" err="failed to list *v1.X: ${resource} is forbidden: User \\"system:serviceaccount:${account}\\" cannot list resource \\"${resource}\\" in API group \\"${group}\\" at the cluster scope" logger="UnhandledError"`

/** The older form, without the quotes of klog around it. */
const slices =
  'E0602 02:11:25.299934 1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.21.1/tools/cache/reflector.go:167: Failed to watch *v1.EndpointSlice: failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope'

/** DNS Pods that run, are not Ready, and log this. */
function waiting(text: string, container = 'coredns'): Evidence {
  const conditions = [{ type: 'Ready', status: 'False' }]
  const pods = healthy.pods.map(p => ({ ...p, status: { ...p.status, conditions } }))
  return {
    ...healthy,
    pods,
    logs: pods.map(p => ({ pod: p.metadata.name, container, part: 'tail' as const, text })),
    answers: [],
  }
}

const api = 'rbac.authorization.k8s.io'
const rolePath = (name: string) => `/apis/${api}/v1/clusterroles/${name}`
const bindingPath = (name: string) => `/apis/${api}/v1/clusterrolebindings/${name}`

const role = (rules: readonly PolicyRule[], name = 'system:coredns'): Readonly<Record<string, KubeObject>> => ({
  [rolePath(name)]: { apiVersion: `${api}/v1`, kind: 'ClusterRole', metadata: { name, labels: { own: 'x' } }, rules },
})

const binding = (
  subjects: readonly object[],
  name = 'system:coredns',
  roleName = name,
): Readonly<Record<string, KubeObject>> => ({
  [bindingPath(name)]: {
    apiVersion: `${api}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: api, kind: 'ClusterRole', name: roleName },
    subjects,
  },
})
const coredns = { kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }

/** The role of CoreDNS before 1.8.3. */
const old: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
]
const endpointSlices = { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] }

test('a role without EndpointSlices gets them, and keeps what it has', () => {
  const change = changeOf(planned(planner, waiting(slices), { ...role(old), ...binding([coredns]) }))
  assert.is(change.path, rolePath('system:coredns'))
  assert.equal(change.after, { ...change.before, rules: [...old, endpointSlices] })
  assert.equal(change.codes, ['DNS111'])
  assert.is(change.awaits, 'dns-pods-ready')
})

test('role and binding are made where there are none, and the Pods are waited for once', () => {
  const [made, bound, ...rest] = changesOf(planned(planner, waiting(refused('services', ''))))
  assert.is(rest.length, 0)
  assert.equal(made?.after?.rules, needed.coredns)
  assert.is(made?.awaits, 'nothing')
  assert.equal(bound?.after, binding([coredns])[bindingPath('system:coredns')])
  assert.is(bound?.awaits, 'dns-pods-ready')
})

test('a binding without the account gets it, and keeps its subjects', () => {
  const other = { kind: 'ServiceAccount', name: 'other', namespace: 'x' }
  const more = { ...role(needed.coredns), ...binding([other]) }
  const change = changeOf(planned(planner, waiting(slices), more))
  assert.equal(change.after?.subjects, [other, coredns])
})

test('the role to which the account is bound is changed, whatever its name', () => {
  const more = { ...role(old, 'own-dns'), ...binding([coredns], 'bound', 'own-dns') }
  assert.is(changeOf(planned(planner, waiting(slices), more)).path, rolePath('own-dns'))
})

test('kube-dns gets its own role', () => {
  const spec = { containers: [{ name: 'kubedns' }, { name: 'dnsmasq' }] }
  const evidence = waiting(refused('endpoints', '', 'kube-system:kube-dns'), 'kubedns')
  const pods = evidence.pods.map(p => ({ ...p, spec }))
  const [made, bound] = changesOf(planned(planner, { ...evidence, pods, workloads: [] }))
  assert.is(made?.path, rolePath('system:kube-dns'))
  assert.equal(made?.after?.rules, needed['kube-dns'])
  assert.is(bound?.path, bindingPath('system:kube-dns'))
  assert.match(made?.survives.join() ?? '', 'API server')
})

const refusals: readonly (readonly [
  what: string,
  evidence: Evidence,
  more: Readonly<Record<string, KubeObject>>,
  reason: RegExp,
])[] = [
  [
    'an account of its own',
    waiting(refused('services', '', 'dns:own')),
    {},
    /dns\/own lacks rights, and which ClusterRole/,
  ],
  ['a role that was not read', waiting(slices), binding([coredns], 'bound', 'own-dns'), /own-dns could not be read/],
  [
    'the usual binding is for another role',
    waiting(slices),
    binding([], 'system:coredns', 'view'),
    /roleRef cannot be changed/,
  ],
]
for (const [what, evidence, more, reason] of refusals)
  test(`refused: ${what}`, () => {
    const refusal = refusalOf(planned(planner, evidence, more))
    assert.match(refusal.reason, reason)
    assert.match(refusal.steps.join(), '--resource=endpointslices.discovery.k8s.io')
  })

const whole = { ...role(needed.coredns), ...binding([coredns]) }
const noConcern: readonly (readonly [what: string, evidence: Evidence, more: Readonly<Record<string, KubeObject>>])[] =
  [
    ['the log says nothing of rights', waiting('plugin/ready: Plugins not ready: "kubernetes"'), {}],
    ['nothing is missing any more', waiting(slices), whole],
    ['what no DNS server asks for is not granted', waiting(refused('secrets', '')), {}],
    ['Pods that are Ready', { ...healthy, logs: waiting(slices).logs }, {}],
  ]
for (const [what, evidence, more] of noConcern)
  test(`no concern: ${what}`, () => assert.is(planned(planner, evidence, more), null))

test('what a rule allows', () => {
  const all: readonly PolicyRule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
  assert.ok(allows(all, 'list', 'discovery.k8s.io', 'endpointslices'))
  const named = [{ apiGroups: [''], resources: ['services'], resourceNames: ['one'], verbs: ['list', 'watch'] }]
  assert.not(allows(named, 'list', '', 'services'), 'a rule for one object is none for all')
  assert.not(allows(old, 'list', 'discovery.k8s.io', 'endpointslices'))
})

test('of a rule only what is missing is added', () => {
  const there = [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['services'], verbs: ['watch'] },
  ]
  assert.equal(missingRules(there, needed.coredns), [
    { apiGroups: [''], resources: ['endpoints', 'pods'], verbs: ['watch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
    endpointSlices,
  ])
  assert.equal(missingRules(needed.coredns, needed.coredns), [])
})

test.run()
