import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../src/snapshot/objects.ts'
import { type Evidence, noEvidence } from '../../src/snapshot/snapshot.ts'
import { upstreams } from '../../src/snapshot/upstreams.ts'
import { healthy, withUpstream } from '../clusters.ts'

const test = suite('upstreams')

const of = (evidence: Evidence) => upstreams(evidence).map(u => `${u.pod.metadata.name} ${u.address} ${u.from}`)

test('what the metrics show and the Corefile does not name comes from resolv.conf', () => {
  assert.equal(of(healthy), ['coredns-a 10.0.0.2 resolv.conf', 'coredns-b 10.0.0.2 resolv.conf'])
})

test('what the Corefile names is from there, asked or not', () => {
  assert.equal(of(withUpstream('10.0.0.2 10.0.0.3:5353 tls://[2001:db8::53]')), [
    'coredns-a 10.0.0.2 Corefile',
    'coredns-a 10.0.0.3 Corefile',
    'coredns-a 2001:db8::53 Corefile',
    'coredns-b 10.0.0.2 Corefile',
    'coredns-b 10.0.0.3 Corefile',
    'coredns-b 2001:db8::53 Corefile',
  ])
})

test('evidence is a line of the Corefile, or a metric with its count', () => {
  const [metric, line] = upstreams(withUpstream('10.0.0.2 10.0.0.3'))
  assert.equal(metric?.seen, {
    source: 'metrics of coredns-a',
    text: 'coredns_proxy_request_duration_seconds_count{to="10.0.0.2:53"} 8',
  })
  assert.equal(line?.seen.source, 'ConfigMap kube-system/coredns')
  assert.match(line?.seen.text ?? '', /^line 7: forward .*10\.0\.0\.3$/)
})

test('a counter of before a reload is no present upstream', () => {
  assert.equal(of(withUpstream('10.0.0.3')), ['coredns-a 10.0.0.3 Corefile', 'coredns-b 10.0.0.3 Corefile'])
})

test('the server of a stub zone is no upstream for all names', () => {
  const corefile = '.:53 {\n  forward . /etc/resolv.conf\n}\ncorp.test:53 {\n  forward . 10.0.0.2\n}\n'
  const configMaps = [{ metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: corefile } }]
  assert.equal(of({ ...healthy, configMaps }), [])
})

test('where metrics show none, the log names it', () => {
  const text = '[ERROR] plugin/errors: 2 a.example. A: read udp 10.244.0.5:48557->192.0.2.1:53: i/o timeout\n'
  const logs = [{ pod: 'coredns-a', container: 'coredns', part: 'tail' as const, text }]
  assert.equal(of({ ...healthy, metrics: [], logs }), ['coredns-a 192.0.2.1 resolv.conf'])
})

test('another server block of the same CoreDNS is no loopback upstream', () => {
  const corefile = '.:53 {\n  forward . 127.0.0.1:5301\n}\n.:5301 {\n  forward . tls://9.9.9.9\n}\n'
  const configMaps = [{ metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: corefile } }]
  assert.ok(of({ ...healthy, configMaps }).every(line => !line.includes('127.0.0.1')))
})

test('a Pod that is going has none', () => {
  const pods = healthy.pods.map(p => ({ ...p, metadata: { ...p.metadata, deletionTimestamp: '2026-11-22T13:00:00Z' } }))
  assert.equal(of({ ...healthy, pods }), [])
})

const kubeDns: Pod = {
  metadata: { name: 'kube-dns-a' },
  spec: { containers: [{ name: 'kubedns' }, { name: 'dnsmasq' }] },
}
const config = (upstreamNameservers: string) => [{ metadata: { name: 'kube-dns' }, data: { upstreamNameservers } }]
const log = (...servers: readonly string[]) => ({
  pod: 'kube-dns-a',
  container: 'dnsmasq',
  part: 'head' as const,
  text: ['started, version 2.90 cachesize 1000', ...servers].map(line => `dnsmasq[12]: ${line}`).join('\n'),
})

test('kube-dns: what dnsmasq says it uses, before what the ConfigMap says', () => {
  const logs = [log('using nameserver 10.0.0.2#53', 'using nameserver 10.0.0.3#5353')]
  const evidence = { ...noEvidence, pods: [kubeDns], configMaps: config('["10.0.0.3:5353","10.0.0.4"]'), logs }
  assert.equal(of(evidence), ['kube-dns-a 10.0.0.2 resolv.conf', 'kube-dns-a 10.0.0.3 ConfigMap'])
})

test('kube-dns: the ConfigMap where the log is not there, nothing of one that is ignored', () => {
  const evidence = { ...noEvidence, pods: [kubeDns] }
  assert.equal(of({ ...evidence, configMaps: config('["10.0.0.4"]') }), ['kube-dns-a 10.0.0.4 ConfigMap'])
  assert.equal(of({ ...evidence, configMaps: config('["10.0.0.4","dns.example"]') }), [])
  assert.equal(of(evidence), [])
})

test.run()
