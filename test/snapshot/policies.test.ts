import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { blockedBy, type Connection, type Direction } from '../../src/snapshot/policies.ts'
import type { LabelSelector, NetworkPolicy } from '../../src/snapshot/policy-objects.ts'

const test = suite('policies')

/** A probe asks a DNS Pod over UDP. */
const connection: Connection = {
  from: { namespace: 'shop', labels: { app: 'probe' }, ports: [] },
  to: {
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    address: '10.244.0.2',
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    ],
  },
  protocol: 'UDP',
  port: 53,
}

const inShop = (spec: NetworkPolicy['spec'], name = 'p'): NetworkPolicy => ({
  metadata: { name, namespace: 'shop' },
  spec,
})
const inDns = (spec: NetworkPolicy['spec']): NetworkPolicy => ({
  metadata: { name: 'p', namespace: 'kube-system' },
  spec,
})

type Rule = NonNullable<NetworkPolicy['spec']['egress']>[number]
const egress = (...rules: readonly Rule[]) => inShop({ podSelector: {}, policyTypes: ['Egress'], egress: rules })
const to = (...peers: NonNullable<Rule['to']>) => egress({ to: peers })
const ports = (...list: NonNullable<Rule['ports']>) => egress({ ports: list })
const chosen = (podSelector: LabelSelector) => inShop({ podSelector, policyTypes: ['Egress'] })
const named = (...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] as const,
})
const dns = { matchLabels: { 'k8s-app': 'kube-dns' } }
const kubeSystem = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }

const cases: readonly [name: string, policy: NetworkPolicy, direction: Direction, isBlocked: boolean][] = [
  ['no rule allows nothing', egress(), 'egress', true],
  ['an empty rule allows all', egress({}), 'egress', false],
  [
    'a policy of another namespace',
    { metadata: { name: 'p', namespace: 'x' }, spec: { policyTypes: ['Egress'] } },
    'egress',
    false,
  ],
  ['no podSelector selects every Pod', inShop({ policyTypes: ['Egress'] }), 'egress', true],
  ['other Pods', chosen({ matchLabels: { app: 'web' } }), 'egress', false],
  ['these Pods', chosen({ matchLabels: { app: 'probe' } }), 'egress', true],
  ['In', chosen({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'probe'] }] }), 'egress', true],
  [
    'In, of a label that is not there',
    chosen({ matchExpressions: [{ key: 'x', operator: 'In', values: ['y'] }] }),
    'egress',
    false,
  ],
  ['NotIn', chosen({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['probe'] }] }), 'egress', false],
  [
    'NotIn, of a label that is not there',
    chosen({ matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['y'] }] }),
    'egress',
    true,
  ],
  ['Exists', chosen({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }), 'egress', true],
  ['DoesNotExist', chosen({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }), 'egress', false],
  [
    'labels and expressions both have to be met',
    chosen({ matchLabels: { app: 'probe' }, matchExpressions: [{ key: 'x', operator: 'Exists' }] }),
    'egress',
    false,
  ],
  ['without policyTypes it is for ingress', inShop({ podSelector: {} }), 'egress', false],
  [
    'without policyTypes, but with rules for egress',
    inShop({ podSelector: {}, egress: [{ ports: [{ port: 1 }] }] }),
    'egress',
    true,
  ],
  [
    'rules for egress that its policyTypes do not name',
    inShop({ policyTypes: ['Ingress'], egress: [{ ports: [{ port: 1 }] }] }),
    'egress',
    false,
  ],
  ['the namespace by its name', to({ namespaceSelector: kubeSystem }), 'egress', false],
  [
    'another namespace',
    to({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }),
    'egress',
    true,
  ],
  ['one namespace of several', to({ namespaceSelector: named('x', 'kube-system') }), 'egress', false],
  ['several other namespaces', to({ namespaceSelector: named('x', 'y') }), 'egress', true],
  ['every namespace', to({ namespaceSelector: {} }), 'egress', false],
  [
    'a namespace by a label that was not read',
    to({ namespaceSelector: { matchLabels: { team: 'dns' } } }),
    'egress',
    false,
  ],
  ['the Pods there', to({ namespaceSelector: kubeSystem, podSelector: dns }), 'egress', false],
  [
    'other Pods there',
    to({ namespaceSelector: kubeSystem, podSelector: { matchLabels: { 'k8s-app': 'x' } } }),
    'egress',
    true,
  ],
  ['without namespaceSelector, Pods of the own namespace', to({ podSelector: dns }), 'egress', true],
  ['two peers: one of them has to fit', to({ podSelector: dns }, { namespaceSelector: kubeSystem }), 'egress', false],
  ['a network', to({ ipBlock: { cidr: '10.244.0.0/16' } }), 'egress', false],
  ['a network with an exception', to({ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }), 'egress', true],
  ['another network', to({ ipBlock: { cidr: '192.0.2.0/24' } }), 'egress', true],
  ['a network of the other family', to({ ipBlock: { cidr: '::/0' } }), 'egress', true],
  ['the port', ports({ protocol: 'UDP', port: 53 }), 'egress', false],
  ['another port', ports({ protocol: 'UDP', port: 5353 }), 'egress', true],
  ['the protocol is TCP when it is not named', ports({ port: 53 }), 'egress', true],
  ['every port of the protocol', ports({ protocol: 'UDP' }), 'egress', false],
  ['a range', ports({ protocol: 'UDP', port: 50, endPort: 60 }), 'egress', false],
  ['a range that ends before', ports({ protocol: 'UDP', port: 50, endPort: 52 }), 'egress', true],
  ['the name of the port', ports({ protocol: 'UDP', port: 'dns' }), 'egress', false],
  ['the name of a port over the other protocol', ports({ protocol: 'UDP', port: 'dns-tcp' }), 'egress', true],
  ['one port of two', ports({ port: 443 }, { protocol: 'UDP', port: 53 }), 'egress', false],
  [
    'peer and port in one rule',
    egress({ to: [{ namespaceSelector: kubeSystem }], ports: [{ port: 443 }] }),
    'egress',
    true,
  ],
  ['into the DNS Pods: no rule', inDns({ podSelector: dns }), 'ingress', true],
  ['into other Pods there', inDns({ podSelector: { matchLabels: { app: 'x' } } }), 'ingress', false],
  ['into the DNS Pods: egress only', inDns({ podSelector: dns, policyTypes: ['Egress'] }), 'ingress', false],
  [
    'into the DNS Pods: from their own namespace',
    inDns({ ingress: [{ from: [{ podSelector: {} }] }] }),
    'ingress',
    true,
  ],
  [
    'into the DNS Pods: from Pods of every namespace',
    inDns({ ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'probe' } } }] }] }),
    'ingress',
    false,
  ],
  [
    'into the DNS Pods: from a network, where the probe may be',
    inDns({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
    'ingress',
    false,
  ],
  [
    'into the DNS Pods: the name of the port',
    inDns({ ingress: [{ ports: [{ protocol: 'UDP', port: 'dns' }] }] }),
    'ingress',
    false,
  ],
]

for (const [name, policy, direction, isBlocked] of cases) {
  test(name, () => assert.equal(blockedBy([policy], connection, direction), isBlocked ? [policy] : []))
}

test('what is no Pod is let through by its address alone', () => {
  const outside = { ...connection, to: { labels: {}, address: '192.0.2.1', ports: [] } }
  const policies = [to({ namespaceSelector: {} }), to({ podSelector: {} }), to({ ipBlock: { cidr: '10.0.0.0/8' } })]
  for (const policy of policies) assert.equal(blockedBy([policy], outside, 'egress'), [policy])
  for (const policy of [to({ ipBlock: { cidr: '192.0.2.0/24' } }), ports({ protocol: 'UDP', port: 53 })])
    assert.equal(blockedBy([policy], outside, 'egress'), [])
})

test('policies add up: what one allows is allowed, and those that do not are named together', () => {
  const deny = inShop({ podSelector: {}, policyTypes: ['Egress'] }, 'deny')
  const web = { ...ports({ port: 443 }), metadata: { name: 'web', namespace: 'shop' } }
  assert.equal(blockedBy([deny, web], connection, 'egress'), [deny, web])
  assert.equal(blockedBy([deny, web, egress({})], connection, 'egress'), [])
  assert.equal(blockedBy([], connection, 'egress'), [])
})

test.run()
