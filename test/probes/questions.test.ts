import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { probeQuestions, questionsFor, reverseName } from '../../src/probes/questions.ts'
import type { Question } from '../../src/snapshot/snapshot.ts'
import { clusterQuestion, externalQuestion } from '../clusters.ts'
import { dnsPods, dnsService, questions, upstream } from '../observations.ts'

const test = suite('questions of probes')

const reverse: readonly (readonly [address: string, name: string])[] = [
  ['10.96.0.1', '1.0.96.10.in-addr.arpa'],
  ['192.168.255.0', '0.255.168.192.in-addr.arpa'],
  // RFC 3596 §2.5 gives this one.
  ['4321:0:1:2:3:4:567:89ab', 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa'],
  ['fd00::a', 'a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa'],
  ['FD00:0:0::A', 'a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa'],
]
for (const [address, name] of reverse) test(`the way back from ${address}`, () => assert.is(reverseName(address), name))

test('the cluster name first, then a headless Service, the way back, and the external names', () => {
  const headless = { namespace: 'db', name: 'pg', addresses: ['10.244.0.9', '10.244.1.9'] }
  const given: Question = { name: 'intranet.example', type: 'A', scope: 'external', expected: ['10.1.2.3'] }
  assert.equal(probeQuestions([externalQuestion, given, clusterQuestion], headless), [
    { name: clusterQuestion.name, type: 'A', about: 'cluster', expected: ['10.96.0.1'] },
    { name: 'pg.db.svc.cluster.local', type: 'A', about: 'headless', expected: ['10.244.0.9', '10.244.1.9'] },
    { name: '1.0.96.10.in-addr.arpa', type: 'PTR', about: 'reverse', expected: [clusterQuestion.name] },
    { name: 'example.com', type: 'A', about: 'external', expected: [] },
    { name: 'intranet.example', type: 'A', about: 'external', expected: ['10.1.2.3'] },
  ])
})

test("a cluster domain of the cluster's own is in the names of its Services", () => {
  const own: Question = { ...clusterQuestion, name: 'kubernetes.default.svc.k8s.corp.example' }
  const asked = probeQuestions([own], { namespace: 'db', name: 'pg', addresses: ['10.244.0.9'] })
  assert.equal(
    asked.map(q => q.name),
    ['kubernetes.default.svc.k8s.corp.example', 'pg.db.svc.k8s.corp.example', '1.0.96.10.in-addr.arpa'],
  )
})

test('a headless Service of IPv6 alone is asked for AAAA, one of both families for A', () => {
  const typeOf = (...addresses: readonly string[]) =>
    probeQuestions([clusterQuestion], { namespace: 'db', name: 'pg', addresses })[1]?.type
  assert.is(typeOf('fd00::9', 'fd00::a'), 'AAAA')
  assert.is(typeOf('fd00::9', '10.244.0.9'), 'A')
})

test('where the address of the cluster name is not known there is no way back from it', () => {
  const [own, ...rest] = probeQuestions([{ ...clusterQuestion, expected: [] }, externalQuestion], undefined)
  assert.is(own?.about, 'cluster')
  assert.equal(
    rest.map(q => q.about),
    ['external'],
  )
})

test('without a cluster name the external ones are left, without any nothing', () => {
  assert.equal(
    probeQuestions([externalQuestion], { namespace: 'db', name: 'pg', addresses: ['10.244.0.9'] }).map(q => q.about),
    ['external'],
  )
  assert.equal(probeQuestions([], undefined), [])
})

test('upstreams are asked for external names only', () => {
  assert.equal(questionsFor(dnsService, questions), questions)
  for (const pod of dnsPods) assert.equal(questionsFor(pod, questions), questions)
  assert.equal(
    questionsFor(upstream('8.8.8.8'), questions).map(q => q.about),
    ['external'],
  )
})

test.run()
