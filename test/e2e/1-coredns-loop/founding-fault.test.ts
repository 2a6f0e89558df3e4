import * as assert from 'uvu/assert'
import { checkUntil } from '../faults.ts'
import { codesIn, dnsfix, onVariant, throughKubectl } from '../tool.ts'
import { gradeOf, verifyJson } from '../verify.ts'

const test = onVariant('coredns-loop', 'the founding fault with CoreDNS')

test('is named, with what it comes from and what follows', async () => {
  // Between two crashes CoreDNS is up for a moment, and then the fault looks a little less bad than it is.
  const report = await checkUntil('both Pods to be down', r => codesIn(r).includes('DNS102'))
  assert.is(report.exit, 1)
  assert.is(report.verdict, 'broken')
  assert.is(report.cause?.code, 'DNS301')
  assert.equal(report.cause?.causedBy, ['DNS401'])
  assert.equal(
    codesIn(report).filter(code => !['DNS111', 'DNS112'].includes(code)),
    ['DNS102', 'DNS105', 'DNS301', 'DNS401'],
  )
  assert.is(report.dns.engine, 'coredns')
  assert.is(report.cluster.distribution, 'kubeadm')
})

test('stands in the first line of the table, with the repair below', async () => {
  const { code, stdout, stderr } = await dnsfix(['check'])
  assert.is(code, 1)
  assert.is(stderr, '')
  const [first = ''] = stdout.split('\n')
  assert.match(first, /^✗ DNS is broken: the DNS Pods ask .*DNS301 UpstreamLoopback$/)
  assert.match(stdout, /^ {2}because .*kubelet on (cp1|w1).* hands out \/etc\/resolv\.conf/m)
  assert.match(stdout, /^ {2}so .*loop plugin/m)
  assert.match(stdout, /^ {2}repair +kubectl dnsfix fix .*\n +set resolvConf of every kubelet/m)
})

test('is proved from Pods on every node, with a grade that nothing passes', async () => {
  await checkUntil('both Pods to be down', r => codesIn(r).includes('DNS102'))
  const report = await verifyJson()
  assert.is(report.exit, 1)
  assert.is(report.verdict, 'broken')
  assert.is(report.cause?.code, 'DNS301')
  assert.ok(codesIn(report).includes('DNS509'))
  assert.equal([...new Set(report.probes.map(p => p.node))].sort(), ['cp1', 'w1'])
  const service = report.probes.filter(p => p.to.kind === 'service')
  // Now and then one of the two is up for a moment between two crashes.
  assert.ok(service.length > 0 && service.some(p => p.status === 'silent'))
  assert.equal(Object.values(gradeOf(report)), ['failed', 'failed', 'failed', 'failed'])
})

test('is the same through kubectl', async () => {
  const { code, stdout } = await throughKubectl(['check', '-o', 'json'])
  assert.is(code, 1)
  assert.is(JSON.parse(stdout).cause.code, 'DNS301')
})

test.run()
