import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { wanSilent } from '../../cluster/cluster.ts'
import { cordon, during } from '../../cluster/faults/index.ts'
import { codesIn, dnsfix, onVariant } from '../tool.ts'
import { cellsOf, gradeOf, verifyDuring, verifyJson } from '../verify.ts'

const test = onVariant('coredns-healthy', 'verify on a healthy CoreDNS')
const folder = mkdtempSync(join(tmpdir(), 'dnsfix-verify-'))
test.after(() => rmSync(folder, { recursive: true }))

test('proves every name from every node, over both protocols, and grades it', async () => {
  const report = await verifyJson(['--fail-on', 'warning'])
  assert.is(report.exit, 0)
  assert.is(report.verdict, 'healthy')
  assert.equal(codesIn(report), [])
  assert.equal(report.skipped, [])
  assert.equal([...new Set(report.probes.map(p => p.status))], ['right'])
  const seen = new Set(report.probes.map(p => `${p.node} ${p.to.kind} ${p.protocol} ${p.about}`))
  for (const node of ['cp1', 'w1'])
    for (const protocol of ['udp', 'tcp']) {
      for (const kind of ['service', 'pod'])
        for (const about of ['cluster', 'reverse', 'external'])
          assert.ok(seen.has(`${node} ${kind} ${protocol} ${about}`))
      assert.ok(seen.has(`${node} upstream ${protocol} external`))
    }
  const grade = gradeOf(report)
  assert.equal(
    [grade['resolves-everywhere'], grade['upstreams-proper'], grade['configuration-clean']],
    Array(3).fill('passed'),
  )
})

test('shows what the search list costs', async () => {
  const [search] = (await verifyJson()).searches
  assert.equal([search?.name, search?.ndots, search?.queries], ['example.com', 5, 8])
  assert.equal(
    search?.tried.map(t => `${t.name} ${t.rcode}`),
    [
      'example.com.default.svc.cluster.local NXDOMAIN',
      'example.com.svc.cluster.local NXDOMAIN',
      'example.com.cluster.local NXDOMAIN',
      'example.com NOERROR',
    ],
  )
})

test('asks for a headless Service where there is one', async () => {
  const service = ['service/dnsfix-headless', '-n', 'kube-system'] as const
  const spec = { clusterIP: 'None', selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53 }] }
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'dnsfix-headless', namespace: 'kube-system' },
    spec,
  }
  try {
    await kubectl(['apply', '-f', '-'], JSON.stringify(object))
    await kubectl(['wait', ...service, '--for=jsonpath={.spec.clusterIP}=None'])
    const report = await verifyJson()
    const headless = report.probes.filter(p => p.about === 'headless')
    assert.ok(headless.length > 0 && headless.every(p => p.status === 'right' && p.expected.length === 2))
    assert.is(headless[0]?.name, 'dnsfix-headless.kube-system.svc.cluster.local')
  } finally {
    await kubectl(['delete', ...service])
  }
})

test("asks from the node's own network as well", async () => {
  const report = await verifyJson(['--host-network'])
  assert.is(report.exit, 0)
  assert.equal([...new Set(report.probes.map(p => `${p.node} ${p.from}`))].sort(), [
    'cp1 host',
    'cp1 pod',
    'w1 host',
    'w1 pod',
  ])
})

test('compares names that were asked for with the address that they must have', async () => {
  const right = await verifyJson(['--name', 'icttoracon.net=203.0.113.10'])
  assert.is(right.exit, 0)
  const wrong = await verifyJson(['--name', 'icttoracon.net=203.0.113.99', '--name', 'nowhere.invalid'])
  assert.is(wrong.exit, 1)
  const ofService = (name: string) => wrong.probes.find(p => p.to.kind === 'service' && p.name === name)
  assert.equal([ofService('nowhere.invalid')?.status, ofService('icttoracon.net')?.status], ['failed', 'wrong'])
  assert.match(ofService('nowhere.invalid')?.rcode ?? '', /NXDOMAIN|REFUSED/)
  assert.is(gradeOf(wrong)['resolves-everywhere'], 'failed')
})

test("asks by dig in an image of the user's, over both protocols", async () => {
  const report = await verifyJson(['--image', 'example.test/tools:1'])
  assert.is(report.exit, 0, JSON.stringify(report.findings))
  assert.is(report.plan?.image, 'example.test/tools:1')
  assert.equal([...new Set(report.probes.map(p => p.status))], ['right'])
  const seen = new Set(report.probes.map(p => `${p.node} ${p.to.kind} ${p.protocol}`))
  for (const node of ['cp1', 'w1'])
    for (const kind of ['service', 'pod', 'upstream'])
      for (const protocol of ['udp', 'tcp']) assert.ok(seen.has(`${node} ${kind} ${protocol}`))
})

test('probes the nodes that were named, and knows when there is no such', async () => {
  const one = await verifyJson(['--nodes', 'w1'])
  assert.equal([...new Set(one.probes.map(p => p.node))], ['w1'])
  assert.match(one.plan?.sample ?? '', /1 of 2 nodes/)
  const none = await dnsfix(['verify', '--nodes', 'w7'])
  assert.is(none.code, 2)
  assert.match(none.stderr, /w7/)
  const label = await verifyJson(['--nodes', 'kubernetes.io/hostname=cp1'])
  assert.equal([...new Set(label.probes.map(p => p.node))], ['cp1'])
})

test('probes a cordoned node as any other', async () => {
  const report = await verifyDuring(cordon('w1'))
  assert.is(report.exit, 0)
  assert.ok(report.probes.some(p => p.node === 'w1'))
})

test('is judged from a file as it was when it was asked', async () => {
  const path = join(folder, 'dns.json')
  const live = JSON.parse((await dnsfix(['verify', '-o', 'json', '--save', path])).stdout)
  assert.equal(JSON.parse((await dnsfix(['verify', '-o', 'json', '--from', path])).stdout), live)
})

test('waits until it passes', async () => {
  const name = `n${Date.now()}.example.com`
  const args = ['--wait', '60s', '--name', name]
  const silence = { make: () => wanSilent(true), undo: () => wanSilent(false) }
  const speak = () => void setTimeout(() => wanSilent(false), 6000)
  const report = await during(silence, async () => {
    speak()
    return verifyJson(args)
  })
  assert.is(report.exit, 0, JSON.stringify(cellsOf(report, p => p.status !== 'right')))
})

test('tells CI systems in their own format', async () => {
  const { code, stdout } = await dnsfix(['verify', '-o', 'junit'])
  assert.is(code, 0)
  assert.match(stdout, /^<\?xml version="1.0" encoding="UTF-8"\?>\s*<testsuites [^>]*failures="0"/)
  assert.match(stdout, /<testcase [^>]*classname="[^"]*w1[^"]*"/)
})

test.run()
