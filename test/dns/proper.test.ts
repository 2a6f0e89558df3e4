import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { improperUpstreams, type Surroundings, whyImproper } from '../../src/dns/proper.ts'

const test = suite('proper upstreams')

const cluster: Surroundings = {
  serviceAddresses: ['10.96.0.10', 'fd00:10:96::a'],
  podAddresses: ['10.244.0.2', '10.244.1.2'],
  cacheAddresses: ['169.254.99.1'],
  families: ['IPv4', 'IPv6'],
}

const proper = [
  '8.8.8.8',
  '10.0.0.2',
  '10.0.0.2:5353',
  '192.168.1.1:65535',
  '100.64.0.53',
  '198.18.0.1',
  '168.63.129.16',
  '169.254.169.253',
  '169.254.169.254',
  '169.254.116.108',
  '169.254.10.10',
  'fd00:ec2::253',
  'fd54:616c:6f73::204f:5320:444e:531',
  '2001:4860:4860::8888',
  '[2001:4860:4860::8888]:53',
  '::ffff:8.8.8.8',
  '100.100.2.136',
]

for (const address of proper) {
  test(`${address} may be an upstream`, () => assert.is(whyImproper(address, cluster), null))
}

const improper: readonly (readonly [address: string, reason: RegExp])[] = [
  ['', /no IP address/],
  ['dns.google', /a name/],
  ['dns.google:53', /a name/],
  ['localhost', /a name/],
  ['tls://9.9.9.9', /no IP address/],
  ['8.8.8', /no IP address/],
  ['8.8.8.256', /no IP address/],
  ['08.8.8.8', /no IP address/],
  ['8.8.8.8/32', /no IP address/],
  ['8.8.8.8 8.8.4.4', /no IP address/],
  ['8.8.8.8:', /no IP address/],
  ['8.8.8.8#53', /no IP address/],
  ['8.8.8.8:0', /port/],
  ['8.8.8.8:65536', /port/],
  ['[2001:4860:4860::8888]:99999', /port/],
  ['fe80::1%eth0', /zone/],
  ['127.0.0.53', /systemd-resolved/],
  ['127.0.0.53:53', /systemd-resolved/],
  ['::ffff:127.0.0.53', /systemd-resolved/],
  ['127.0.0.1', /loopback/],
  ['127.0.1.1', /loopback/],
  ['::1', /loopback/],
  ['[::1]:53', /loopback/],
  ['0.0.0.0', /stands for none/],
  ['::', /stands for none/],
  ['224.0.0.251', /multicast/],
  ['ff02::fb', /multicast/],
  ['255.255.255.255', /broadcast/],
  ['240.0.0.1', /reserved/],
  ['192.0.2.1', /examples/],
  ['198.51.100.53', /examples/],
  ['203.0.113.2', /examples/],
  ['2001:db8::1', /examples/],
  ['3fff::1', /examples/],
  ['100::1', /thrown away/],
  ['10.96.0.10', /own DNS Service: a loop/],
  ['10.96.0.10:53', /own DNS Service: a loop/],
  ['FD00:10:96:0::A', /own DNS Service: a loop/],
  ['10.244.1.2', /DNS Pod of this cluster: a loop/],
  ['169.254.99.1', /node-local DNS cache.*a loop/],
  ['169.254.20.10', /node-local DNS cache/],
  ['169.254.25.10', /node-local DNS cache/],
  ['169.254.10.11', /node-local DNS cache/],
  ['169.254.1.1', /link-local/],
  ['fe80::1', /link-local/],
]

for (const [address, reason] of improper) {
  test(`${JSON.stringify(address)} may not be an upstream`, () => {
    assert.match(whyImproper(address, cluster) ?? 'nothing is against it', reason)
  })
}

test('a family that Pods have not is refused, and only where that is known', () => {
  const only = (...families: Surroundings['families'] & object) => ({ ...cluster, families })
  assert.match(whyImproper('2001:4860:4860::8888', only('IPv4')) ?? '', /IPv6 address, and Pods here have none/)
  assert.match(whyImproper('8.8.8.8', only('IPv6')) ?? '', /IPv4 address/)
  assert.is(whyImproper('8.8.8.8', only('IPv4')), null)
  assert.is(whyImproper('2001:4860:4860::8888', { ...cluster, families: null }), null)
})

test('on the network of its node a DNS Pod reaches the loopback there', () => {
  assert.is(whyImproper('127.0.0.53', { ...cluster, hostNetwork: true }), null)
  assert.match(whyImproper('224.0.0.1', { ...cluster, hostNetwork: true }) ?? '', /multicast/)
})

test('every loopback, multicast and reserved IPv4 address is refused, with whatever port', () => {
  const first = fc.oneof(fc.constantFrom(0, 127), fc.integer({ min: 224, max: 255 }))
  const octet = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(first, octet, octet, octet, fc.integer({ min: 1, max: 65535 }), (a, b, c, d, port) => {
      const address = `${a}.${b}.${c}.${d}`
      assert.type(whyImproper(address, cluster), 'string')
      assert.is(whyImproper(`${address}:${port}`, cluster), whyImproper(address, cluster))
    }),
  )
})

test('any text is judged, and never taken for an address that it is not', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      if (!/\d|::/.test(text)) assert.type(whyImproper(text, cluster), 'string')
      else whyImproper(text, cluster)
    }),
  )
})

test('a list: twice the same, in whatever spelling', () => {
  const refusals = improperUpstreams(['8.8.8.8', '8.8.8.8:53', '8.8.8.8:5353', '8.8.8.8'], 'coredns', cluster)
  assert.equal(refusals, [
    { upstream: '8.8.8.8:53', reason: 'is named twice' },
    { upstream: '8.8.8.8', reason: 'is named twice' },
  ])
})

test('a list: kube-dns takes three, CoreDNS fifteen', () => {
  const some = (count: number) => Array.from({ length: count }, (_, i) => `10.0.0.${i + 2}`)
  assert.equal(improperUpstreams(some(3), 'kube-dns', cluster), [])
  assert.equal(improperUpstreams(some(4), 'kube-dns', cluster), [
    { upstream: '10.0.0.5', reason: 'is one too many: kube-dns takes 3 at most' },
  ])
  assert.equal(improperUpstreams(some(15), 'coredns', cluster), [])
  assert.equal(
    improperUpstreams(some(17), 'coredns', cluster).map(r => r.upstream),
    ['10.0.0.17', '10.0.0.18'],
  )
})

test('a list: each is judged by itself', () => {
  const refusals = improperUpstreams(['8.8.8.8', 'dns.google', '127.0.0.53'], 'kube-dns', cluster)
  assert.equal(
    refusals.map(r => r.upstream),
    ['dns.google', '127.0.0.53'],
  )
})

test.run()
