import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Observation } from '../../src/snapshot/observations.ts'
import { foundingFault, withUpstream } from '../clusters.ts'
import { observationsOf, probesOf, type Spec } from '../matrix.ts'
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

/** The upstreams as a matrix of test/matrix.ts, beside names that all resolve. */
function ofUpstreams(words: Spec[string], names: readonly string[] = ['example.com'], w1 = words) {
  const rest = { service: 'ok', 'coredns-a on cp1': 'ok', 'coredns-b on w1': 'ok' }
  const spec = { cp1: { ...rest, ...words }, w1: { ...rest, ...w1 } }
  return said(grade(id, { ...verified, observations: observationsOf(spec, names), probes: probesOf(spec) }))
}

const own = '10.0.0.2'
const other = '10.0.0.3'

const findings: readonly [code: string, cp1: Spec[string], w1: Spec[string]][] = [
  ['DNS503', { [own]: 'ok' }, { [own]: 'tcp/timeout' }],
  ['DNS506', { [own]: 'ok' }, { [own]: 'timeout' }],
  ['DNS508', { [own]: 'ok', [other]: 'NXDOMAIN' }, { [own]: 'ok', [other]: 'NXDOMAIN' }],
  ['DNS513', { [own]: 'ok', [other]: 'timeout' }, { [own]: 'ok', [other]: 'timeout' }],
]
for (const [code, cp1, w1] of findings) {
  test(`a finding about upstreams fails it: ${code}`, () => {
    assert.match(ofUpstreams(cp1, undefined, w1), new RegExp(`^failed\\n${code}: .*10\\.0\\.0\\.[23]`))
  })
}

test('a protocol that is blocked elsewhere is no fault of an upstream', () => {
  const spec = { cp1: { service: 'ok', [own]: 'ok' }, w1: { service: 'tcp/timeout', [own]: 'ok' } }
  const evidence = { ...verified, observations: observationsOf(spec), probes: probesOf(spec) }
  assert.match(said(grade(id, evidence)), /^passed/)
})

for (const [name, words, how] of [
  ['Pods may not ask it', 'timeout', 'no answer within 3\\.0 s'],
  ['it refuses Pods', 'REFUSED', 'REFUSED'],
] as const) {
  test(`an upstream that no Pod is answered by, where names resolve, is not known: ${name}`, () => {
    const text =
      '^unknown\\nprobes: whether 10\\.0\\.0\\.2 answers the DNS Pods is not known: asked directly over UDP and TCP from Pods on cp1, w1, for example\\.com, it gave '
    assert.match(ofUpstreams({ [own]: words }), new RegExp(`${text}${how}$`))
  })
}

test('a name that one answer is missing for leaves the upstream open', () => {
  const lost = ofUpstreams({ [own]: 'ok' }, ['example.com', 'b.example'], { [own]: 'udp/b.example:timeout' })
  assert.match(lost, /^unknown\nprobes: whether 10\.0\.0\.2 .* over UDP from Pods on w1, for b\.example, /)
  const moody = ofUpstreams({ [own]: 'ok' }, ['example.com', 'b.example'], { [own]: 'b.example:NXDOMAIN' })
  assert.match(moody, /^unknown\nprobes: whether 10\.0\.0\.2 .* for b\.example, it gave NXDOMAIN$/)
})

for (const [name, words, names] of [
  ['a mistyped name', 'typo.example:NXDOMAIN', ['example.com', 'typo.example']],
  ['a name of a stub domain', 'corp.example:NXDOMAIN', ['corp.example=10.1.2.3']],
  ['a name without A', 'six.example:empty', ['six.example']],
  ['as the sidecar sees it', 'udp/typo.example:unknown tcp/typo.example:NXDOMAIN', ['example.com', 'typo.example']],
] as const) {
  test(`what all upstreams say alike is an answer: ${name}`, () => {
    assert.match(ofUpstreams({ [own]: words, [other]: words }, names), /^passed\n.*10\.0\.0\.2, 10\.0\.0\.3 answer /)
  })
}

test('what the network of a node is answered decides nothing', () => {
  const rest = { service: 'ok', [own]: 'ok' }
  const spec = { cp1: rest, w1: rest, 'w1 host': { service: 'ok', [own]: 'timeout' } }
  const evidence = { ...verified, observations: observationsOf(spec), probes: probesOf(spec) }
  assert.match(said(grade(id, evidence)), /^passed\n/)
  const onlyHost = { cp1: rest, 'w1 host': rest }
  const half = { ...verified, observations: observationsOf(onlyHost), probes: probesOf(onlyHost) }
  assert.match(said(grade(id, half)), /^unknown\n.*was not asked from w1 over UDP, from w1 over TCP/)
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

test('without external names only an address can decide, and that is said', () => {
  const closed = {
    ...verified,
    questions: verified.questions.filter(q => q.scope === 'cluster'),
    observations: observations.filter(o => !isUpstream(o)),
  }
  assert.match(said(grade(id, closed)), /^unknown\nquestions: the upstreams were not asked: --no-external$/)
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
