import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../src/kube/client.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { findHeadless } from '../../src/probes/headless.ts'
import { type ObserveOptions, observe } from '../../src/probes/observe.ts'
import { probeLabels, runLabel } from '../../src/probes/pod.ts'
import { listPolicies } from '../../src/probes/policies.ts'
import type { Look } from '../../src/snapshot/look.ts'
import type { Node } from '../../src/snapshot/objects.ts'
import { healthy } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'
import { expected } from '../kube/support.ts'
import { created, podApi, refusal } from './api.ts'

const test = suite('what verify adds to a snapshot')

/** What is at a path; a RequestError is thrown. */
type Objects = Readonly<Record<string, unknown>>

const over = (objects: Objects, client: Client = podApi().client): Client => ({
  ...client,
  get: async <T>(path: string) => {
    if (path.startsWith('/api/v1/namespaces/apps/pods')) return client.get<T>(path)
    const found = objects[path.split('?')[0] ?? '']
    if (found === undefined) throw new RequestError('not-found', 'nothing there', { path, status: 404 })
    if (found instanceof RequestError) throw found
    return found as T
  },
})
const lookWith = (objects: Objects): Look => ({
  client: over(objects),
  signal: new AbortController().signal,
  gaps: [],
})
const forbidden = (path: string) => refusal({ method: 'GET', path }, 'is forbidden')

const services = '/api/v1/services'
const slices = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`
const service = (namespace: string, name: string, creationTimestamp: string) => ({
  metadata: { namespace, name, creationTimestamp },
  spec: { clusterIP: 'None' },
})
const sliceOf = (...endpoints: readonly object[]) => ({ items: [{ metadata: { name: 's' }, endpoints }] })

test('the oldest headless Service with a ready endpoint', async () => {
  const look = lookWith({
    [services]: {
      items: [
        service('new', 'db', '2026-03-01T00:00:00Z'),
        service('old', 'db', '2026-02-01T00:00:00Z'),
        service('empty', 'db', '2026-01-01T00:00:00Z'),
      ],
    },
    [slices('new')]: sliceOf({ addresses: ['10.244.0.7'] }),
    [slices('old')]: sliceOf(
      { addresses: ['10.244.0.8'], conditions: { ready: false } },
      { addresses: ['10.244.0.9'], conditions: { ready: true } },
      { addresses: ['10.244.1.9'] },
    ),
    [slices('empty')]: sliceOf({ addresses: ['10.244.0.6'], conditions: { ready: false } }),
  })
  assert.equal(await findHeadless(look), { namespace: 'old', name: 'db', addresses: ['10.244.0.9', '10.244.1.9'] })
  assert.equal(look.gaps, [])
})

test('no headless Service is no gap; one that may not be seen is', async () => {
  const none = lookWith({ [services]: { items: [] } })
  assert.is(await findHeadless(none), undefined)
  assert.equal(none.gaps, [])
  const refused = lookWith({ [services]: forbidden(services) })
  assert.is(await findHeadless(refused), undefined)
  assert.equal(
    refused.gaps.map(g => [g.input, g.why, g.right?.verb, g.right?.resource]),
    [['questions', 'forbidden', 'list', 'services']],
  )
})

const policies = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`
const policy = (namespace: string, name: string) => ({
  metadata: { namespace, name, managedFields: [{ manager: 'kubectl' }] },
  spec: { podSelector: {}, policyTypes: ['Egress'] },
})

test("NetworkPolicies of the probes' namespace and of the DNS Pods', each once", async () => {
  const look = lookWith({
    [policies('apps')]: { items: [policy('apps', 'deny')] },
    [policies('kube-system')]: { items: [policy('kube-system', 'dns')] },
  })
  const own = { metadata: { namespace: 'apps', name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Egress'] } }
  assert.equal((await listPolicies(look, 'apps', healthy))[0], own)
  assert.is((await listPolicies(look, 'apps', healthy)).length, 2)
  assert.is((await listPolicies(look, 'kube-system', healthy)).length, 1)
})

test('a namespace whose NetworkPolicies may not be seen is a gap, the other one is seen', async () => {
  const path = policies('kube-system')
  const look = lookWith({ [policies('apps')]: { items: [policy('apps', 'deny')] }, [path]: forbidden(path) })
  assert.is((await listPolicies(look, 'apps', healthy)).length, 1)
  assert.equal(
    look.gaps.map(g => `${g.input} ${g.object} ${g.why}`),
    ['networkPolicies kube-system forbidden'],
  )
})

const cluster: Objects = {
  [services]: { items: [] },
  [policies('apps')]: { items: [] },
  [policies('kube-system')]: { items: [] },
}
const down: Node = { metadata: { name: 'w2' }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }
const options: ObserveOptions = {
  namespace: 'apps',
  nodes: { kind: 'default' },
  hostNetwork: false,
  image: undefined,
  timeoutMs: 30_000,
  keep: false,
  signal: new AbortController().signal,
  progress: () => undefined,
  left: () => undefined,
}
/** Without a port to forward, no Pod answers: what happens before and after is seen all the same. */
const seenIn = (api: ReturnType<typeof podApi>, rest: Partial<ObserveOptions> = {}, evidence = healthy) =>
  observe(over(cluster, { ...api.client, forwards }), snapshotOf(evidence), { ...options, ...rest })
const forwards: Client['forwards'] = async (_, pod) => {
  throw new RequestError('server', `no way to ${pod}`, { path: '/' })
}
const nodesOf = (gaps: readonly { readonly input: string; readonly object?: string }[]) =>
  gaps.flatMap(g => (g.input === 'probes' ? [g.object] : [])).sort()

test('the plan says where the Pods ran, and every node that did not ask is a gap', async () => {
  const api = podApi()
  const { plan, gaps, evidence } = await seenIn(api, {}, { ...healthy, nodes: [...healthy.nodes, down] })
  assert.match(plan?.run ?? '', /^[0-9a-f]{8}$/)
  assert.equal(
    [plan?.namespace, plan?.image, plan?.nodes],
    ['apps', 'registry.k8s.io/coredns/coredns:v1.14.7', ['cp1', 'w1', 'w2']],
  )
  assert.equal(nodesOf(gaps), ['cp1', 'w1', 'w2'])
  assert.equal([evidence.probes, evidence.observations, evidence.searches], [[], [], []])
})

test('on a node that is down no Pod is made', async () => {
  const api = podApi()
  const { gaps } = await seenIn(api, {}, { ...healthy, nodes: [...healthy.nodes, down] })
  assert.is(api.asked.filter(a => a.method === 'POST').length, 2)
  assert.is(gaps.find(g => g.object === 'w2')?.detail, 'the node is not Ready: its status is Unknown')
})

test('with --host-network two Pods for each node', async () => {
  const api = podApi()
  await seenIn(api, { hostNetwork: true })
  const bodies = api.asked.filter(a => a.method === 'POST').map(a => JSON.stringify(a.body))
  assert.is(bodies.length, 4)
  assert.is(bodies.filter(b => b.includes('"hostNetwork":true')).length, 2)
})

test('what a killed run left is gone afterwards, by the clock of the API server', async () => {
  const leftover = (name: string, age: number) => ({
    metadata: {
      name,
      uid: name,
      labels: { ...probeLabels, [runLabel]: 'killed' },
      creationTimestamp: new Date(Date.parse(created) - age * 1000).toISOString(),
    },
    spec: { containers: [], activeDeadlineSeconds: 90 },
  })
  const api = podApi({ pods: [leftover('old', 91), leftover('young', 89)] })
  await seenIn(api)
  assert.equal([...api.pods.keys()], ['young'])
})

test('leftovers that may not be looked for are no matter of this run', async () => {
  const api = podApi({
    before: asked => {
      if (asked.method === 'GET') throw refusal(asked, 'pods is forbidden')
    },
  })
  const { gaps } = await seenIn(api)
  assert.equal(nodesOf(gaps), ['cp1', 'w1'])
})

test('where nodes may not be listed, those that are named are probed', async () => {
  const { plan } = await seenIn(podApi(), { nodes: { kind: 'names', names: ['w7'] } }, { ...healthy, nodes: [] })
  assert.equal(plan?.nodes, ['w7'])
})

test('without an image nothing is made', async () => {
  const api = podApi()
  const error = await expected(() => seenIn(api, {}, { ...healthy, pods: [], workloads: [] }))
  assert.is(error.code, 'no-probe-image')
  assert.equal(api.asked, [])
})

test.run()
