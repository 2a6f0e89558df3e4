import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { printCorefile } from '../../src/corefile/print.ts'
import { clusterZones, hasPlugin } from '../../src/corefile/query.ts'
import { upstreamsOf } from '../../src/corefile/upstreams.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'
import { shapes, zones } from './shape.ts'
import { aks, k3s, kubeadm131, kubeadm132, nodeLocal, nodeLocalTemplate, openShift, stock } from './stock.ts'

const root = (text: string) => upstreamsOf(parseCorefile(text))

for (const [name, text] of Object.entries(stock)) {
  test(`${name} prints as it is written`, () => {
    assert.is(printCorefile(parseCorefile(text)), text)
  })

  test(`${name} is fine`, () => {
    const versions = text.includes('disable success') ? ['1.11.3'] : ['1.6.9', '1.8.0', '1.9.3', '1.11.3']
    for (const version of [...versions, '1.14.7', '1.99.0', 'v1.12.1-eksbuild.2', 'latest', undefined])
      assert.equal(validateCorefile(parseCorefile(text), version), [], `${version}`)
  })
}

test('kubeadm: plugins, zones, upstream', () => {
  const corefile = parseCorefile(kubeadm131)
  assert.equal(shapes(corefile.blocks[0]), [
    ['errors'],
    ['health', [['lameduck', '5s']]],
    ['ready'],
    [
      'kubernetes',
      'cluster.local',
      'in-addr.arpa',
      'ip6.arpa',
      [
        ['pods', 'insecure'],
        ['fallthrough', 'in-addr.arpa', 'ip6.arpa'],
        ['ttl', '30'],
      ],
    ],
    ['prometheus', ':9153'],
    ['forward', '.', '/etc/resolv.conf', [['max_concurrent', '1000']]],
    ['cache', '30'],
    ['loop'],
    ['reload'],
    ['loadbalance'],
  ])
  assert.equal(
    clusterZones(corefile).map(({ zones }) => zones),
    [['cluster.local.', 'in-addr.arpa.', 'ip6.arpa.']],
  )
  assert.equal(
    root(kubeadm131)[0]?.targets.map(target => target.kind === 'file' && target.resolvConf),
    ['/etc/resolv.conf'],
  )
})

test('kubeadm from 1.32 on needs CoreDNS 1.9.4', () => {
  const problems = validateCorefile(parseCorefile(kubeadm132), '1.9.3')
  assert.equal(
    problems.map(({ line, message }) => [line, message]),
    [
      [17, 'CoreDNS 1.9.3 does not know option disable of cache: it came with 1.9.4'],
      [18, 'CoreDNS 1.9.3 does not know option disable of cache: it came with 1.9.4'],
    ],
  )
})

test('k3s: the files of coredns-custom come in at their place', () => {
  const files = new Map([
    ['/etc/coredns/custom/site.override', 'forward . 10.0.0.53\n'],
    ['/etc/coredns/custom/b.server', 'b.example {\n  whoami\n}\n'],
    ['/etc/coredns/custom/a.server', 'a.example:5353 {\n  log\n}\n'],
    ['/etc/coredns/NodeHosts', '10.0.0.1 node1\n'],
  ])
  const corefile = parseCorefile(k3s, { files })
  assert.equal(zones(corefile), [['dns://.:53'], ['dns://a.example.:5353'], ['dns://b.example.:53']])
  const [first, second] = upstreamsOf(corefile)
  assert.equal([first?.targets[0]?.token.text, second?.targets[0]?.token.text], ['10.0.0.53', '/etc/resolv.conf'])
  assert.is(first?.directive.name.file, '/etc/coredns/custom/site.override')
  assert.is(first?.directive.from?.target.text, '/etc/coredns/custom/*.override')
  assert.equal(validateCorefile(corefile, '1.12.0'), [])
  assert.equal(
    validateCorefile(corefile, '1.9.3').map(({ line, message }) => [line, message]),
    [[20, 'forward can stand only once in a server block before CoreDNS 1.9.4']],
  )
})

test('AKS: its imports are relative to the directory of the Corefile', () => {
  const files = new Map([['/etc/coredns/custom/corp.server', 'corp.example:53 {\n  forward . 10.1.2.3\n}\n']])
  const corefile = parseCorefile(aks, { files })
  assert.equal(
    upstreamsOf(corefile, 'host.corp.example').map(({ targets }) => targets[0]?.token.text),
    ['10.1.2.3'],
  )
  assert.equal(
    parseCorefile(aks).imports.map(({ kind }) => kind),
    ['unresolved', 'unresolved'],
  )
})

test('OpenShift: port 5353, and a block of its own for a forwarded zone', () => {
  const corefile = parseCorefile(openShift)
  assert.equal(zones(corefile), [
    ['dns://corp.example.:5353', 'dns://lab.example.:5353'],
    ['dns://.:5353'],
    ['dns://hostname.bind.:5353'],
  ])
  assert.equal(
    root(openShift).map(({ targets }) => targets.map(({ token }) => token.text)),
    [['/etc/resolv.conf']],
  )
  assert.equal(
    corefile.blocks.map(block => hasPlugin(block, 'kubernetes')),
    [false, true, false],
  )
})

test('NodeLocal DNSCache: the root zone has its own upstream, the placeholders are unknown', () => {
  assert.equal(
    root(nodeLocal).map(({ targets }) => targets[0]?.kind),
    ['file'],
  )
  assert.equal(
    root(nodeLocalTemplate).map(({ targets }) => targets[0]?.kind),
    ['unknown'],
  )
  const cluster = upstreamsOf(parseCorefile(nodeLocal), 'kubernetes.default.svc.cluster.local')
  assert.equal(
    cluster.map(({ targets, options }) => [targets[0]?.token.text, options.map(o => o.name.text)]),
    [['10.96.57.1', ['force_tcp']]],
  )
})

test.run()
