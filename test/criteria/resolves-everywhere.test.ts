import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { criteriaOf } from '../../src/criteria/criteria.ts'
import { rules } from '../../src/rules/index.ts'
import type { Observation } from '../../src/snapshot/observations.ts'
import { snapshotOf } from '../fixtures.ts'
import { grade, observations, plan, said, service, verified } from './graded.ts'

const test = suite('resolves everywhere')

const id = 'resolves-everywhere'

const change = (which: (o: Observation) => boolean, result: Observation['result']) => ({
  ...verified,
  observations: observations.map(o => (which(o) ? { ...o, result } : o)),
})

test('passed when every question was answered rightly, from each node and over both protocols', () => {
  const criterion = grade(id, verified)
  assert.is(criterion.status, 'passed', said(criterion))
  assert.match(said(criterion), /example\.com A: answered rightly over UDP and TCP from Pods on cp1, w1/)
})

test('failed with the node, the name, the protocol and how', () => {
  const hit = (o: Observation) =>
    o.to === service && o.node === 'w1' && o.protocol === 'udp' && o.question.name === 'example.com'
  const criterion = grade(id, change(hit, { rcode: 'SERVFAIL', answers: [], ms: 2004 }))
  assert.equal(criterion.evidence, [
    {
      source: 'probes',
      text: 'from w1, asking service 10.96.0.10 for example.com A over UDP: SERVFAIL after 2.0 s',
    },
  ])
})

test('the same failure on several nodes is one line', () => {
  const hit = (o: Observation) => o.to === service && o.protocol === 'tcp' && o.question.about === 'cluster'
  const slow = grade(id, change(hit, { silence: 'timeout', ms: 3000 }))
  assert.is(slow.evidence.length, 1, said(slow))
  assert.match(said(slow), /^failed\nprobes: from cp1, w1, .*over TCP: no answer within 3\.0 s$/)
})

for (const [name, result, text] of [
  ['another address', { rcode: 'NOERROR', answers: ['198.18.0.9'], ms: 3 }, /198\.18\.0\.9 instead of 10\.96\.0\.1$/],
  ['nothing in the answer', { rcode: 'NOERROR', answers: [], ms: 3 }, /an empty answer$/],
  ['a name that does not exist', { rcode: 'NXDOMAIN', answers: [], ms: 3 }, /: NXDOMAIN$/],
  ['a refused connection', { silence: 'refused', ms: 1 }, /a refused connection$/],
  ['no way there', { silence: 'unreachable', ms: 1 }, /unreachable/],
] as const) {
  test(`wrong: ${name}`, () => {
    const hit = (o: Observation) => o.node === 'cp1' && o.protocol === 'udp' && o.question.about === 'cluster'
    const criterion = grade(id, change(hit, result))
    assert.is(criterion.status, 'failed')
    assert.match(said(criterion), text)
  })
}

test('upstreams that do not answer directly are no matter of this criterion', () => {
  assert.is(
    grade(
      id,
      change(o => o.to.kind === 'upstream', { silence: 'timeout', ms: 3000 }),
    ).status,
    'passed',
  )
})

test('the sidecar does not show answers over UDP: without an error they count', () => {
  const sidecar = verified.probes.map(p => ({ ...p, prober: 'sidecar' as const }))
  const counted = (protocol: string) => ({
    ...change(o => o.protocol === protocol, { rcode: 'NOERROR', answers: [], ms: 2 }),
    probes: sidecar,
  })
  assert.is(grade(id, counted('udp')).status, 'passed')
  assert.is(grade(id, counted('tcp')).status, 'failed')
})

test('a node that was not probed leaves it open, with the reason', () => {
  const evidence = { ...verified, observations: observations.filter(o => o.node !== 'w1') }
  const gaps = [{ input: 'probes' as const, object: 'w1', why: 'failed' as const, detail: 'the image is not there' }]
  assert.match(said(grade(id, evidence, { gaps })), /^unknown\nprobe on w1: .*on w1: the image is not there$/)
  assert.match(said(grade(id, evidence)), /^unknown\nprobe on w1: .*nothing came of its probe Pod$/)
})

test('a failure elsewhere outweighs a node that was not probed', () => {
  const evidence = change(o => o.node === 'cp1', { rcode: 'REFUSED', answers: [], ms: 1 })
  const without = { ...evidence, observations: evidence.observations.filter(o => o.node !== 'w1') }
  assert.is(grade(id, without).status, 'failed')
})

test('a question that one node was not asked leaves it open', () => {
  const evidence = {
    ...verified,
    observations: observations.filter(
      o => !(o.node === 'w1' && o.protocol === 'tcp' && o.question.about === 'reverse'),
    ),
  }
  assert.match(
    said(grade(id, evidence)),
    /^unknown\n.*from w1 was not asked: 1\.0\.96\.10\.in-addr\.arpa PTR over TCP$/,
  )
})

test('nothing over TCP, nothing at all, and no plan leave it open', () => {
  const udp = { ...verified, observations: observations.filter(o => o.protocol === 'udp') }
  assert.match(said(grade(id, udp)), /^unknown\nprobes: nothing was asked over TCP$/)
  const none = grade(id, { ...verified, observations: [], probes: [] })
  assert.is(none.status, 'unknown')
  assert.is(none.evidence.length, plan.nodes.length)
  assert.is(grade(id, verified, { plan: { ...plan, nodes: ['cp1', 'w1', 'w2'] } }).status, 'unknown')
  const noPlan = snapshotOf(verified)
  assert.is(criteriaOf(noPlan, analyze(noPlan, rules))[0]?.status, 'unknown')
})

test('nodes that cannot run a probe are stated', () => {
  const left = [{ node: 'win1', why: 'runs Windows' }]
  assert.match(
    said(grade(id, verified, { plan: { ...plan, left } })),
    /^passed\n[\s\S]*Node win1: cannot run a probe: it runs Windows$/,
  )
})

test('nodes that cannot run a probe are no pass on their own', () => {
  const left = [{ node: 'win1', why: 'runs Windows' }]
  const none = { ...verified, observations: [], probes: [] }
  assert.match(
    said(grade(id, none, { plan: { ...plan, nodes: [], left } })),
    /^unknown\nprobes: no node can run a probe$/,
  )
})

test('a sample is stated', () => {
  const sample = '2 of 500 nodes: one of each class'
  const criterion = grade(id, verified, { plan: { ...plan, eligible: 500, sample } })
  assert.match(said(criterion), /^passed\n[\s\S]*a sample was probed, 2 of 500 nodes: one of each class/)
})

test.run()
