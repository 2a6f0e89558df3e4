import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../../src/errors.ts'
import { choose } from '../../../src/fix/planners/choose.ts'
import { foundingFault, handingOut, healthy, withUpstream } from '../../clusters.ts'
import { kubeletConfig, withMaps } from '../../criteria/graded.ts'
import { contextOf, realList, stubNode } from './contexts.ts'

const test = suite('the choice of a repair')

const stub = withMaps(foundingFault, kubeletConfig('/etc/resolv.conf'))
const fine = { nodeFacts: [stubNode('cp1', { resolvConf: realList }), stubNode('w1', { resolvConf: realList })] }

const methods = (context: Parameters<typeof choose>[0]) => choose(context).plans.map(p => p.method)

test('the founding fault: the ConfigMap first, what restarts kubelets after it, each with reach, risk and survival', () => {
  const { plans, refused } = choose(contextOf(stub))
  assert.equal(
    plans.map(p => p.method),
    ['configmap', 'kubeadm', 'kubelet'],
  )
  assert.equal(refused, [])
  for (const change of plans.flatMap(p => p.changes)) {
    assert.ok(change.codes.includes('DNS301'))
    assert.ok(change.reach.length > 0 && change.survives.length > 0)
  }
})

test('a method that is named is the only one', () => {
  for (const method of ['configmap', 'kubeadm', 'kubelet'] as const)
    assert.equal(methods(contextOf(stub, { options: { method } })), [method])
})

test('a code limits the plan: what only kubelets have wrong is repaired there', () => {
  assert.equal(methods(contextOf(stub, { options: { code: 'DNS401' } })), ['kubeadm', 'kubelet'])
})

test('a code that is not found: nothing to change', () => {
  const { plans, refused } = choose(contextOf(stub, { options: { code: 'DNS103' } }))
  assert.equal([plans[0]?.changes, refused], [[], []])
  assert.match(plans[0]?.notes.join() ?? '', /DNS103 is not found in this cluster/)
})

test('a loopback address in the Corefile is no matter of nodes', () => {
  assert.equal(methods(contextOf(withUpstream('127.0.0.1'), fine)), ['configmap'])
})

test('upstreams that are given are planned whatever is found', () => {
  assert.equal(methods(contextOf(healthy, { options: { upstreams: ['10.0.0.9', '10.0.0.8'] } })), ['configmap'])
})

test('a healthy cluster: a plan without changes, and why', () => {
  const { plans, refused } = choose(contextOf(healthy, fine))
  assert.equal([plans.length, plans[0]?.changes, refused], [1, [], []])
  assert.match(plans[0]?.notes.join() ?? '', /nothing is found that needs a repair/)
  const named = choose(contextOf(healthy, { ...fine, options: { method: 'kubelet' } }))
  assert.equal([named.plans[0]?.method, named.plans[0]?.changes], ['kubelet', []])
})

test('a cause without a planner comes with its remedy', () => {
  const { plans, refused } = choose(contextOf({ ...healthy, ...handingOut('10.96.0.99') }, fine))
  assert.equal(plans, [])
  assert.match(
    refused[0]?.reason ?? '',
    /^DNS402 ClusterDnsMismatch is not repaired by this program: kubelet on cp1, w1/,
  )
  assert.match(refused[0]?.steps.join() ?? '', /set clusterDNS: \[10\.96\.0\.10\]/)
})

test('what a plan leaves is said', () => {
  const both = { ...stub, kubelets: stub.kubelets.map(k => ({ ...k, clusterDNS: ['10.96.0.99'] })) }
  const { plans } = choose(contextOf(both, { options: { code: 'DNS301' } }))
  assert.match(plans[0]?.notes.join('\n') ?? '', /DNS402 ClusterDnsMismatch is not repaired by this/)
})

const silentNodes = [stubNode('cp1', { resolvers: [] }), stubNode('w1', { resolvers: [] })]

test('without an upstream that way is closed, and the others stay', () => {
  const { plans, refused } = choose(contextOf(stub, { nodeFacts: silentNodes }))
  assert.equal(
    plans.map(p => p.method),
    ['kubeadm', 'kubelet'],
  )
  assert.match(refused.map(r => `${r.method} ${r.reason}`).join(), /^configmap There is no upstream to write/)
})

test('without an upstream and without another way it is an error', () => {
  for (const context of [
    contextOf(stub, { nodeFacts: silentNodes, options: { method: 'configmap' } }),
    contextOf(stub, { nodeFacts: [] }),
  ])
    assert.throws(
      () => choose(context),
      (error: unknown) => error instanceof ExpectedError && error.code === 'no-upstream',
    )
})

test('after the repair the same call changes nothing', () => {
  const [plan] = choose(contextOf(stub)).plans
  const [change] = plan?.changes ?? []
  if (change?.kind !== 'object') throw new Error('no change of an object')
  const Corefile = (change.after?.data as Record<string, string>).Corefile ?? ''
  const map = { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile } }
  const again = choose(contextOf(withMaps({ ...healthy, metrics: [] }, map)))
  assert.equal(
    again.plans.flatMap(p => p.changes),
    [],
  )
})

test.run()
