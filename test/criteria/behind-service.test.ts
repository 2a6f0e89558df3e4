import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Evidence, Snapshot } from '../../src/snapshot/snapshot.ts'
import { handingOut, healthy, nodeCache } from '../clusters.ts'
import { observationsOf, probesOf, type Spec } from '../matrix.ts'
import { dnsPods, grade, observations, said, verified } from './graded.ts'

const test = suite('resolves everywhere: what Pods ask, and the DNS Pods behind it')

const id = 'resolves-everywhere'

/** What a matrix of test/matrix.ts gives, asked in this cluster. */
const ofMatrix = (spec: Spec, evidence: Evidence = healthy, rest: Partial<Snapshot> = {}) =>
  grade(id, { ...evidence, observations: observationsOf(spec), probes: probesOf(spec) }, rest)

const a = 'coredns-a on cp1'
const b = 'coredns-b on w1'
const cache = '169.254.20.10'
const right = { service: 'ok', [a]: 'ok', [b]: 'ok', '10.0.0.2': 'ok' }
const onBoth = (targets: Spec[string]): Spec => ({ cp1: targets, w1: targets })

for (const words of ['timeout', 'udp/timeout', 'external:SERVFAIL', 'cluster:10.9.9.9']) {
  test(`a DNS Pod that the Service leads to counts, though the Service led to another this time: ${words}`, () => {
    const criterion = ofMatrix(onBoth({ ...right, [b]: words }))
    assert.match(said(criterion), /^failed\nprobes: from cp1, w1, asking coredns-b, which the Service leads to, for /)
  })
}

test('one that the Service does not lead to does not count', () => {
  const endpointSlices = healthy.endpointSlices.map(s => ({ ...s, endpoints: s.endpoints?.slice(0, 1) ?? [] }))
  assert.is(ofMatrix(onBoth({ ...right, [b]: 'external:SERVFAIL' }), { ...healthy, endpointSlices }).status, 'passed')
})

const pods = { [a]: 'timeout', [b]: 'timeout', '10.0.0.2': 'timeout' }
const cached: Evidence = { ...healthy, ...handingOut(cache), workloads: [...healthy.workloads, nodeCache(2)] }

test('a namespace that may only ask the Service passes, and that is said', () => {
  const criterion = ofMatrix(onBoth({ ...pods, service: 'ok' }))
  assert.match(said(criterion), /^passed\n[\s\S]*the DNS Pods are not open to Pods here/)
  assert.is(ofMatrix(onBoth({ ...pods, service: 'tcp/timeout' })).status, 'failed')
})

test('a namespace that may only ask the cache on its node passes', () => {
  const criterion = ofMatrix(onBoth({ ...pods, service: 'timeout', [cache]: 'ok' }), cached)
  assert.match(said(criterion), /^passed\n[\s\S]*the DNS Pods are not open to Pods here/)
})

test('a Service that no Pod asks does not decide, and the cache that they ask does', () => {
  const nothingOfService = { cp1: { ...right, [cache]: 'ok' }, w1: { ...right, service: 'timeout', [cache]: 'ok' } }
  assert.is(ofMatrix(nothingOfService, cached).status, 'passed')
  const nothingOfCache = { cp1: { ...right, [cache]: 'ok' }, w1: { ...right, [cache]: 'refused' } }
  assert.match(said(ofMatrix(nothingOfCache, cached)), /^failed\nprobes: from w1, asking resolver 169\.254\.20\.10 /)
})

test('what a kubelet hands out that was not seen is not known where others hand out a cache', () => {
  const kubelets = cached.kubelets.slice(0, 1)
  const spec = { cp1: { ...right, [cache]: 'ok' }, w1: right }
  assert.is(
    said(ofMatrix(spec, { ...cached, kubelets })),
    'unknown\nkubelet of w1: what the kubelet on w1 hands out was not seen',
  )
  assert.is(ofMatrix(spec, { ...healthy, kubelets: healthy.kubelets.slice(0, 1) }).status, 'passed')
})

test('a ready endpoint that nobody asked is not known, and is named', () => {
  const without = (evidence: Evidence) => ({
    ...evidence,
    observations: observations.filter(o => o.to !== dnsPods[1]),
  })
  assert.is(
    said(grade(id, without(verified))),
    'unknown\nprobes: coredns-b, which the Service leads to, was not asked directly',
  )
  const unseen = { ...verified, pods: verified.pods.slice(0, 1) }
  assert.match(said(grade(id, without(unseen))), /^unknown\nprobes: 10\.244\.1\.2, which the Service leads to, was not/)
})

test('DNS Pods that are too many to ask them all are counted', () => {
  const few = { ...verified, observations: observations.filter(o => o.to !== dnsPods[1]) }
  const gap = { input: 'observations', object: '1 more DNS Pods', why: 'failed', detail: '1 of 2 were asked' } as const
  assert.match(said(grade(id, few, { gaps: [gap] })), /^passed\n[\s\S]*1 of 2 DNS Pods were asked directly/)
})

test('the two addresses of a DNS Pod of two families are one endpoint', () => {
  const slice = verified.endpointSlices[0]
  assert.ok(slice)
  const other = { ...slice, endpoints: [{ addresses: ['fd00:10:244:1::2'], conditions: { ready: true } }] }
  const pods = verified.pods.map((p, i) =>
    i === 1 ? { ...p, status: { ...p.status, podIPs: [{ ip: '10.244.1.2' }, { ip: 'fd00:10:244:1::2' }] } } : p,
  )
  const endpointSlices = [slice, other]
  assert.is(grade(id, { ...verified, pods, endpointSlices }).status, 'passed')
  assert.is(grade(id, { ...verified, endpointSlices }).status, 'unknown')
})

test('what the network of a node is answered says nothing of Pods', () => {
  const spec = { ...onBoth(right), 'w1 host': { ...right, service: 'timeout', [b]: 'external:SERVFAIL' } }
  assert.is(ofMatrix(spec).status, 'passed')
  const onlyHost = { cp1: right, 'w1 host': right }
  assert.match(said(ofMatrix(onlyHost)), /^unknown\nprobe on w1: nothing was asked from a Pod on w1/)
})

test.run()
