import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { serversIn, targetsFor } from '../../src/probes/targets.ts'
import { hiddenPods, tasksFor } from '../../src/probes/tasks.ts'
import type { Pod, Service } from '../../src/snapshot/objects.ts'
import type { Prober, Target } from '../../src/snapshot/observations.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { handingOut, healthy, nodeCache, pod, withUpstream } from '../clusters.ts'
import { questions } from '../observations.ts'

const test = suite('targets of probes')

const text = ({ kind, name, address, port, node }: Target) =>
  `${kind} ${name} ${address} ${port}${node === undefined ? '' : ` ${node}`}`
const of = (evidence: Evidence, kind?: Target['kind'], node = 'w1') =>
  targetsFor(node, serversIn(evidence), evidence)
    .filter(t => kind === undefined || t.kind === kind)
    .map(text)
const fronts = (evidence: Evidence) =>
  targetsFor('w1', [], evidence)
    .filter(t => /service|resolver/.test(t.kind))
    .map(text)
const upstreamsOf = (upstream: string) => of({ ...withUpstream(upstream), metrics: [] }, 'upstream')
const withService = (change: Partial<Service['spec']>): Evidence => ({
  ...healthy,
  services: healthy.services.map(s => ({ ...s, spec: { ...s.spec, ...change } })),
})

test('the DNS Service, each DNS Pod, each upstream', () =>
  assert.equal(of(healthy), [
    'service kube-dns 10.96.0.10 53',
    'pod coredns-a 10.244.0.2 53 cp1',
    'pod coredns-b 10.244.1.2 53 w1',
    'upstream 10.0.0.2 10.0.0.2 53',
  ]))

test('with a node-local cache: what the kubelet hands out, and the Service behind it', () =>
  assert.equal(
    fronts({ ...healthy, ...handingOut('169.254.20.10'), workloads: [...healthy.workloads, nodeCache(2)] }),
    ['resolver 169.254.20.10 169.254.20.10 53', 'service kube-dns 10.96.0.10 53'],
  ))

test('a kubelet that is wrong: its address, and the Service', () => {
  const [cp1, w1] = healthy.kubelets
  const evidence = { ...healthy, kubelets: [cp1, { ...w1, clusterDNS: ['10.96.0.99'] }] } as Evidence
  assert.equal(fronts(evidence), ['resolver 10.96.0.99 10.96.0.99 53', 'service kube-dns 10.96.0.10 53'])
  assert.equal(of(evidence, 'resolver', 'cp1'), [])
})

test('a kubelet that hands out another Service: that one by its name, and the one for DNS', () => {
  const other = {
    metadata: { name: 'web', namespace: 'apps' },
    spec: { clusterIP: '10.96.0.99', ports: [{ port: 80 }] },
  }
  const evidence = { ...healthy, ...handingOut('10.96.0.99'), services: [...healthy.services, other] }
  assert.equal(fronts(evidence), ['service web 10.96.0.99 53', 'service kube-dns 10.96.0.10 53'])
})

test('two families: every address that the kubelet hands out, in whatever spelling', () => {
  const dual = withService({ clusterIPs: ['10.96.0.10', 'fd00:10::a'] })
  assert.equal(fronts({ ...dual, ...handingOut('10.96.0.10', 'FD00:10:0::A') }), [
    'service kube-dns 10.96.0.10 53',
    'service kube-dns fd00:10::a 53',
  ])
  assert.equal(fronts({ ...dual, ...handingOut('fd00:10::a') }), ['service kube-dns fd00:10::a 53'])
})

test('a kubelet that was not seen or hands out nothing: the Service alone', () => {
  assert.equal(fronts({ ...healthy, kubelets: [] }), ['service kube-dns 10.96.0.10 53'])
  assert.equal(fronts({ ...healthy, ...handingOut() }), ['service kube-dns 10.96.0.10 53'])
})

test('no Service, no front', () => {
  assert.equal(fronts({ ...healthy, services: [], kubelets: [] }), [])
  assert.equal(fronts({ ...withService({ clusterIP: 'None', clusterIPs: ['None'] }), kubelets: [] }), [])
})

test('the port of a DNS Pod is the one behind its Service', () => {
  const ports = [{ name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 5353 }]
  assert.equal(of(withService({ ports }), 'pod')[0], 'pod coredns-a 10.244.0.2 5353 cp1')
})

const unplaced: Pod = { ...pod('coredns-c', 'w1', ''), status: { phase: 'Pending' } }
const evicted: Pod = { ...pod('coredns-d', 'w1', '10.244.1.3'), status: { phase: 'Failed', podIP: '10.244.1.3' } }
const leaving: Pod = {
  ...pod('coredns-e', 'w1', '10.244.1.4'),
  metadata: { name: 'coredns-e', deletionTimestamp: '2026-11-22T13:20:00Z' },
}

test('DNS Pods without an address, and those that go, are not asked', () =>
  assert.equal(of({ ...healthy, pods: [unplaced, evicted, leaving, ...healthy.pods] }, 'pod').length, 2))

const many = (count: number) => Array.from({ length: count }, (_, i) => pod(`coredns-${i}`, 'w1', `10.244.1.${i}`))

const asked = (evidence: Evidence, nodes: readonly string[], prober: Prober = 'relay') => {
  const tasks = tasksFor({ nodes, froms: ['pod'], questions, namespace: 'apps', prober }, evidence)
  const names = tasks.map(t => [...new Set(t.asks.map(a => a.to).filter(t => t.kind === 'pod'))].map(t => t.name))
  return { names, hidden: hiddenPods(tasks, evidence) }
}

test('of 150 DNS Pods one node asks 100, and the others are named as not seen', () => {
  const { names, hidden } = asked({ ...healthy, pods: many(150) }, ['w1'])
  assert.is(names[0]?.length, 100)
  assert.equal(hidden, [
    {
      input: 'observations',
      object: '50 more DNS Pods',
      why: 'failed',
      detail: '100 of 150 DNS Pods were asked; with more nodes more are',
    },
  ])
  assert.equal(asked({ ...healthy, pods: many(100) }, ['w1']).hidden, [])
})

test('two nodes ask all 150 of them together, and each those of its own node', () => {
  const pods = many(150).map((p, i) => (i === 149 ? { ...p, spec: { ...p.spec, nodeName: 'cp1' } } : p))
  const { names, hidden } = asked({ ...healthy, pods }, ['cp1', 'w1'])
  assert.equal(
    names.map(n => n.length),
    [100, 100],
  )
  assert.equal(hidden, [])
  assert.ok(names[0]?.includes('coredns-149'))
})

test('the sidecar, which takes a container for each, asks fewer', () => {
  const { names, hidden } = asked({ ...healthy, pods: many(12) }, ['cp1', 'w1'], 'sidecar')
  assert.equal(
    names.map(n => n.length),
    [8, 8],
  )
  assert.equal(hidden, [])
})

test('Pods that go hide nobody', () => {
  const evidence = { ...healthy, pods: [...many(100), ...many(10).map(p => ({ ...p, status: evicted.status ?? {} }))] }
  assert.equal(asked(evidence, ['w1']).hidden, [])
})

const upstreams: readonly (readonly [corefile: string, targets: readonly string[]])[] = [
  ['8.8.8.8 8.8.4.4', ['upstream 8.8.8.8 8.8.8.8 53', 'upstream 8.8.4.4 8.8.4.4 53']],
  ['10.0.0.53:5353', ['upstream 10.0.0.53 10.0.0.53 5353']],
  ['10.0.0.53 10.0.0.53:5353', ['upstream 10.0.0.53 10.0.0.53 53', 'upstream 10.0.0.53 10.0.0.53 5353']],
  ['[fd00::a]:53', ['upstream fd00::a fd00::a 53']],
  ['127.0.0.53', []],
  ['::1', []],
  ['tls://1.1.1.1', []],
  ['10.96.0.10', []],
  ['8.8.8.8 8.8.8.8', ['upstream 8.8.8.8 8.8.8.8 53']],
]
for (const [corefile, targets] of upstreams) {
  test(`forward . ${corefile}`, () => assert.equal(upstreamsOf(corefile), targets))
}

const wanted = { nodes: ['cp1', 'w1'], questions, namespace: 'apps', prober: 'relay' } as const

test('a Pod for each node and network, which asks each target over both protocols', () => {
  const tasks = tasksFor({ ...wanted, froms: ['pod', 'host'] }, healthy)
  assert.equal(
    tasks.map(t => `${t.node} ${t.from}`),
    ['cp1 pod', 'cp1 host', 'w1 pod', 'w1 host'],
  )
  const asked = tasks[3]?.asks.map(a => `${a.to.name} ${a.protocol} ${a.questions.length}`)
  assert.equal(asked, [
    'kube-dns udp 4',
    'kube-dns tcp 4',
    'coredns-a udp 4',
    'coredns-a tcp 4',
    'coredns-b udp 4',
    'coredns-b tcp 4',
    '10.0.0.2 udp 1',
    '10.0.0.2 tcp 1',
  ])
})

test('one Pod asks for the search list as well', () => {
  const tasks = tasksFor({ ...wanted, froms: ['pod'] }, healthy)
  assert.equal(
    tasks.map(t => t.asks.filter(a => a.questions.some(q => q.about === 'search')).length),
    [1, 0],
  )
})

test('in a closed network upstreams have nothing to be asked', () => {
  const closed = { ...wanted, questions: questions.filter(q => q.about !== 'external'), froms: ['pod'] } as const
  const kinds = tasksFor(closed, healthy).flatMap(t => t.asks.map(a => a.to.kind))
  assert.not.ok(kinds.includes('upstream'))
  assert.ok(kinds.includes('service'))
})

test('no nodes, no tasks', () => assert.equal(tasksFor({ ...wanted, nodes: [], froms: ['pod'] }, healthy), []))

test.run()
