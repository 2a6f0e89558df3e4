import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Observation } from '../../src/snapshot/observations.ts'
import { foundingFault, withUpstream } from '../clusters.ts'
import { grade, observations, said, verified } from './graded.ts'

const test = suite('upstreams proper')

const id = 'upstreams-proper'

const isUpstream = (o: Observation) => o.to.kind === 'upstream'

test('passed when each has a proper address and answers from every node over both protocols', () => {
  const criterion = grade(id, verified)
  assert.is(criterion.status, 'passed', said(criterion))
  assert.match(said(criterion), /10\.0\.0\.2 answers over UDP and TCP from cp1, w1/)
})

test('an address that cannot be an upstream fails, with where it was seen', () => {
  const { configMaps } = withUpstream('10.96.0.10 203.0.113.1')
  const criterion = grade(id, { ...verified, configMaps, metrics: [] })
  assert.is(criterion.status, 'failed')
  assert.match(
    said(criterion),
    /ConfigMap kube-system\/coredns: 10\.96\.0\.10 is the cluster's own DNS Service: a loop \(line \d+: forward … /,
  )
  assert.match(said(criterion), /203\.0\.113\.1 is of a range for examples/)
})

test('silence from one node over one protocol fails', () => {
  const silent = (o: Observation) => isUpstream(o) && o.node === 'w1' && o.protocol === 'tcp'
  const evidence = {
    ...verified,
    observations: observations.map(o => (silent(o) ? { ...o, result: { silence: 'timeout' as const, ms: 3000 } } : o)),
  }
  const criterion = grade(id, evidence)
  assert.equal(criterion.evidence, [
    { source: 'probes', text: '10.0.0.2, asked for example.com over TCP from w1: no answer within 3.0 s' },
  ])
})

test('an upstream that does not know a name that another has', () => {
  const other = observations.filter(isUpstream).map(o => ({
    ...o,
    to: { ...o.to, name: '10.0.0.3', address: '10.0.0.3' },
    result: { rcode: 'NXDOMAIN', answers: [], ms: 2 },
  }))
  assert.match(
    said(grade(id, { ...verified, observations: [...observations, ...other] })),
    /^failed\n.*10\.0\.0\.3, asked for example\.com over UDP from cp1, w1: NXDOMAIN/,
  )
})

test('what was not asked leaves it open: a node, a protocol, an upstream', () => {
  const without = (which: (o: Observation) => boolean) =>
    said(grade(id, { ...verified, observations: observations.filter(o => !(isUpstream(o) && which(o))) }))
  assert.match(
    without(o => o.node === 'w1'),
    /^unknown\n.*was not asked from w1 over UDP, from w1 over TCP$/,
  )
  assert.match(
    without(o => o.protocol === 'tcp'),
    /^unknown\n.*was not asked from cp1 over TCP, from w1 over TCP$/,
  )
  assert.match(
    without(() => true),
    /^unknown\n.*10\.0\.0\.2 was not asked$/,
  )
})

test('an upstream over TLS is not asked, and is not known', () => {
  const { configMaps } = withUpstream('tls://9.9.9.9')
  const criterion = grade(id, { ...verified, configMaps, metrics: [], observations: [] })
  assert.match(said(criterion), /^unknown\n.*9\.9\.9\.9 was not asked: it speaks tls, not plain DNS$/)
})

test('without external names the address decides, and that is said', () => {
  const closed = {
    ...verified,
    questions: verified.questions.filter(q => q.scope === 'cluster'),
    observations: observations.filter(o => !isUpstream(o)),
  }
  assert.match(said(grade(id, closed)), /^passed\n[\s\S]*not asked: no external names \(--no-external\)/)
  const { configMaps } = withUpstream('127.0.0.53')
  assert.match(
    said(grade(id, { ...closed, configMaps, metrics: [] })),
    /^failed\n.*127\.0\.0\.53 is systemd-resolved's stub/,
  )
})

test('a family that Pods have not', () => {
  const { configMaps } = withUpstream('2001:4860:4860::8888')
  const pods = verified.pods.map(p => ({ ...p, status: { ...p.status, podIPs: [{ ip: p.status?.podIP ?? '' }] } }))
  assert.match(
    said(grade(id, { ...verified, configMaps, pods, metrics: [] })),
    /^failed\n.*IPv6 address, and Pods here/,
  )
})

test('the founding fault fails although nobody saw the address', () => {
  const criterion = grade(id, { ...foundingFault, observations: [] })
  assert.match(said(criterion), /^failed\nDNS301: the DNS Pods ask a loopback address/)
})

test('no upstream that was seen, and no fault, is not known', () => {
  const { metrics, ...rest } = verified
  assert.ok(metrics.length > 0)
  assert.match(said(grade(id, { ...rest, metrics: [] })), /^unknown\nupstreams: no upstream of the DNS Pods was seen$/)
})

test.run()
