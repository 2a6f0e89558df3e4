import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { rules } from '../../src/rules/index.ts'
import { collect } from '../../src/snapshot/collect.ts'
import type { Evidence, Snapshot } from '../../src/snapshot/snapshot.ts'
import { externalQuestion, foundingFault, handingOut, healthy, nodeCache } from '../clusters.ts'
import { takenAt } from '../fixtures.ts'
import { type Asked, clientOver, forbidden } from './client.ts'

const test = suite('collect')

type Client = ReturnType<typeof clientOver>
const look = (client: Client, external = [externalQuestion]): Promise<Snapshot> =>
  collect(client, { external, takenAt, signal: new AbortController().signal })

const codesOf = (snapshot: Snapshot) => analyze(snapshot, rules).findings.map(f => f.code)
const withoutTimes = (evidence: Evidence) => ({
  ...evidence,
  answers: evidence.answers.map(a => ({ ...a, result: { ...a.result, ms: 0 } })),
})

test('brings everything that is there, and no gaps', async () => {
  const client = clientOver(healthy)
  const snapshot = await look(client)
  assert.equal(snapshot.gaps, [])
  assert.equal(withoutTimes(snapshot.evidence), withoutTimes(healthy))
  assert.equal(snapshot.nodes, { total: 2, asked: 2 })
  assert.is(snapshot.takenAt, takenAt)
  assert.is(snapshot.server, client.server)
})

test('the founding fault is named from what is collected', async () => {
  const snapshot = await look(clientOver(foundingFault))
  assert.is(analyze(snapshot, rules).cause?.code, 'DNS301')
})

test('only asks, and asks nothing twice', async () => {
  const client = clientOver(healthy)
  await look(client)
  const once = client.asked.filter(a => a.method === 'GET').map(a => a.path)
  assert.equal([...new Set(once)].sort(), [...once].sort())
  assert.not.ok(once.some(path => /secrets/.test(path)))
})

test('--no-external asks no name outside the cluster', async () => {
  const snapshot = await look(clientOver(healthy), [])
  assert.equal(
    snapshot.evidence.answers.map(a => a.question.scope),
    ['cluster', 'cluster'],
  )
})

test('a Pod that is silent is asked once', async () => {
  const client = clientOver({ ...healthy, answers: [] })
  const snapshot = await look(client)
  assert.is(client.asked.filter(a => a.method === 'FORWARD').length, 2)
  assert.equal(
    snapshot.evidence.answers.map(a => 'silence' in a.result && a.result.silence),
    ['closed', 'closed'],
  )
})

test('a DNS Service elsewhere is found by the address that kubelets hand out', async () => {
  const move = <T extends { readonly metadata: object }>(items: readonly T[]): readonly T[] =>
    items.map(i => ({ ...i, metadata: { ...i.metadata, namespace: 'openshift-dns' } }))
  const evidence: Evidence = {
    ...healthy,
    services: move(healthy.services).map(s => ({
      ...s,
      metadata: { name: 'dns-default', namespace: 'openshift-dns' },
    })),
    endpointSlices: healthy.endpointSlices.map(s => ({
      ...s,
      metadata: { name: 'x', namespace: 'openshift-dns', labels: { 'kubernetes.io/service-name': 'dns-default' } },
    })),
    workloads: move(healthy.workloads),
    pods: move(healthy.pods),
    configMaps: move(healthy.configMaps),
  }
  const snapshot = await look(clientOver(evidence))
  assert.equal(snapshot.gaps, [])
  assert.is(snapshot.evidence.pods.length, 2)
  assert.is(analyze(snapshot, rules).verdict, 'healthy')
})

test('the link-local address of NodeLocal DNSCache is not looked for among Services', async () => {
  const workloads = [...healthy.workloads, nodeCache(2)]
  const client = clientOver({ ...healthy, ...handingOut('169.254.20.10'), workloads })
  const snapshot = await look(client)
  assert.not.ok(client.asked.some(a => a.path.includes('fieldSelector') || a.path.includes('node-local-dns')))
  assert.equal(snapshot.evidence.workloads, workloads)
  assert.is(analyze(snapshot, rules).verdict, 'healthy')
})

test('Pods that the Service does not select are found by their workload', async () => {
  const services = healthy.services.map(s => ({ ...s, spec: { ...s.spec, selector: { 'k8s-app': 'wrong' } } }))
  const snapshot = await look(clientOver({ ...healthy, services }))
  assert.equal(codesOf(snapshot), ['DNS103'])
})

test('a kubelet on a node that is not Ready is not asked', async () => {
  const [first, second] = healthy.nodes
  const down = { ...second, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }
  const client = clientOver({ ...healthy, nodes: [first, down] as Evidence['nodes'] })
  const snapshot = await look(client)
  assert.equal(
    snapshot.evidence.kubelets.map(k => k.node),
    ['cp1'],
  )
})

const refusals: readonly [name: string, what: RegExp, input: string][] = [
  ['nodes', /nodes\?/, 'nodes'],
  ['kubelets', /configz$/, 'kubelets'],
  ['Services', /services\?/, 'services'],
  ['EndpointSlices', /endpointslices/, 'endpointSlices'],
  ['Deployments', /deployments/, 'workloads'],
  ['Pods', /pods\?labelSelector/, 'pods'],
  ['ConfigMaps', /configmaps/, 'configMaps'],
  ['logs', /\/log\?/, 'logs'],
  ['metrics', /metrics$/, 'metrics'],
  ['the address of the API server', /services\/kubernetes$/, 'questions'],
  ['port-forward', /portforward/, 'answers'],
]
for (const [name, what, input] of refusals) {
  test(`${name} forbidden: a gap with its right, and no fault that is none`, async () => {
    const refuse = (asked: Asked) => (what.test(asked.path) ? forbidden(asked) : undefined)
    const snapshot = await look(clientOver(healthy, refuse))
    const inputs = snapshot.gaps.map(gap => gap.input)
    assert.ok(inputs.includes(input as (typeof inputs)[number]), `${inputs}`)
    assert.ok(snapshot.gaps.every(gap => gap.right !== undefined && gap.why === 'forbidden'))
    assert.equal([...new Set(codesOf(snapshot))], ['DNS901'])
  })
}

test('a cluster that cannot be reached is no gap but an error', async () => {
  for (const kind of ['unreachable', 'unauthorized', 'tls', 'not-kubernetes', 'aborted'] as const) {
    const fail = ({ path }: Asked) => new RequestError(kind, 'gone', { path })
    let error: unknown
    await look(clientOver(healthy, fail)).catch(thrown => {
      error = thrown
    })
    assert.instance(error, RequestError)
  }
})

test('a node or Pod that cannot be reached through the API server is a gap', async () => {
  for (const kind of ['unreachable', 'unauthorized', 'tls', 'server'] as const) {
    const fail = ({ path }: Asked) =>
      /proxy|portforward/.test(path) ? new RequestError(kind, 'gone', { path }) : undefined
    const snapshot = await look(clientOver(healthy, fail))
    assert.ok(snapshot.gaps.length > 0 && snapshot.gaps.every(gap => gap.why === 'failed'))
    assert.is(analyze(snapshot, rules).verdict, 'unknown')
  }
})

test('a time-out of everything but the version is gaps, and the verdict is open', async () => {
  const fail = ({ path }: Asked) =>
    path === '/version' ? undefined : new RequestError('timeout', 'no answer within 10 s', { path })
  const snapshot = await look(clientOver(healthy, fail))
  assert.is(analyze(snapshot, rules).verdict, 'unknown')
})

test('what is private in the objects is not kept', async () => {
  const secret = { env: [{ name: 'TOKEN', value: 's3cret' }], command: ['/coredns'] }
  const pods = healthy.pods.map(p => ({
    ...p,
    metadata: { ...p.metadata, annotations: { note: 's3cret' }, managedFields: ['s3cret'] },
    spec: { ...p.spec, containers: p.spec.containers.map(c => ({ ...c, ...secret })) },
  }))
  const snapshot = await look(clientOver({ ...healthy, pods }))
  assert.not.match(JSON.stringify(snapshot), /s3cret/)
})

test.run()
