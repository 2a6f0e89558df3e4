import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forwardedTo, parseMetrics } from '../../src/snapshot/metrics.ts'
import { sampleLine } from './client.ts'

const test = suite('metrics')

const text = `# HELP coredns_build_info A metric with a constant '1' value
# TYPE coredns_build_info gauge
coredns_build_info{goversion="go1.26.8",revision="1d2f5b8",version="1.14.7"} 1
# TYPE coredns_dns_requests_total counter
coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",zone="."} 44
# TYPE coredns_proxy_request_duration_seconds histogram
coredns_proxy_request_duration_seconds_bucket{proxy_name="forward",rcode="NOERROR",to="10.0.0.2:53",le="0.00025"} 0
coredns_proxy_request_duration_seconds_sum{proxy_name="forward",rcode="NOERROR",to="10.0.0.2:53"} 0.01
coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="NOERROR",to="10.0.0.2:53"} 3
coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="SERVFAIL",to="[2001:db8::53]:53"} 1 1795353600000
coredns_reload_failed_total 0
`

test('keeps what some rule reads', () => {
  assert.equal(parseMetrics(text), [
    {
      metric: 'coredns_build_info',
      labels: { goversion: 'go1.26.8', revision: '1d2f5b8', version: '1.14.7' },
      value: 1,
    },
    {
      metric: 'coredns_proxy_request_duration_seconds_count',
      labels: { proxy_name: 'forward', rcode: 'NOERROR', to: '10.0.0.2:53' },
      value: 3,
    },
    {
      metric: 'coredns_proxy_request_duration_seconds_count',
      labels: { proxy_name: 'forward', rcode: 'SERVFAIL', to: '[2001:db8::53]:53' },
      value: 1,
    },
    { metric: 'coredns_reload_failed_total', labels: {}, value: 0 },
  ])
})

const lines: readonly [line: string, samples: number][] = [
  ['coredns_panics_total 0', 1],
  ['coredns_panics_total NaN', 0],
  ['coredns_panics_total +Inf', 0],
  ['coredns_panics_total 1.5e+06', 1],
  ['coredns_panics_total', 0],
  ['coredns_panics_total_created 1', 0],
  ['  coredns_panics_total 1', 0],
  ['# coredns_panics_total 1', 0],
  ['coredns_forward_request_count_total{to="10.0.0.2:53"} 1', 1],
  ['coredns_forward_requests_total{to="10.0.0.2:53"} 1', 1],
  ['kubedns_probe_dnsmasq_errors 4', 1],
  ['kubedns_dnsmasq_misses 9', 1],
  ['<html>', 0],
  ['', 0],
]
for (const [line, count] of lines) {
  test(`${count} from ${JSON.stringify(line)}`, () => assert.is(parseMetrics(line).length, count))
}

test('line ends of Windows make no difference', () => {
  assert.is(parseMetrics('coredns_panics_total 1\r\ncoredns_reload_failed_total 2\r\n').length, 2)
})

test('escapes in labels are undone', () => {
  const [sample] = parseMetrics('coredns_panics_total{a="x\\"y\\\\z\\n,b={}"} 1')
  assert.equal(sample?.labels, { a: 'x"y\\z\n,b={}' })
})

test('upstreams are those that were asked, under each name that the metric has had', () => {
  const samples = parseMetrics(`coredns_forward_request_count_total{to="10.0.0.1:53"} 1
coredns_forward_requests_total{to="10.0.0.2:53"} 1
coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="NOERROR",to="10.0.0.3:53"} 1
coredns_proxy_request_duration_seconds_count{proxy_name="grpc",rcode="NOERROR",to="10.0.0.4:53"} 1
coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="NOERROR",to="10.0.0.5:53"} 0
coredns_proxy_healthcheck_failures_total{proxy_name="other",to="10.0.0.6:53"} 7
`)
  assert.equal(
    forwardedTo(samples).map(f => f.to),
    ['10.0.0.1:53', '10.0.0.2:53', '10.0.0.3:53'],
  )
})

test('what was written is what is read', () => {
  const label = fc.string().filter(v => !/["\\\n,=]/.test(v) && v !== '')
  const sample = fc.record({
    metric: fc.constantFrom('coredns_panics_total', 'coredns_build_info', 'kubedns_dnsmasq_hits'),
    labels: fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), label, { maxKeys: 3, noNullPrototype: true }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map(v => v + 0),
  })
  fc.assert(fc.property(sample, one => assert.equal(parseMetrics(sampleLine(one)), [{ ...one }])))
})

test('nothing makes it fail', () => {
  fc.assert(fc.property(fc.string(), junk => Array.isArray(parseMetrics(`coredns_panics_total${junk}`))))
})

test.run()
