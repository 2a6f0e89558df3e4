import * as assert from 'uvu/assert'
import {
  badDnsPod,
  disagreed,
  dropDns,
  dropToOtherNodesPods,
  dropUpstream,
  nodeDown,
  policyFor,
  spreadDnsPods,
  upstreamsDisagree,
  withoutServiceRules,
} from '../../cluster/faults/index.ts'
import { codesIn, onVariant } from '../tool.ts'
import { cellsOf, gradeOf, type Verified, verifyDuring } from '../verify.ts'

const test = onVariant('coredns-healthy', 'verify names what is between Pods and DNS')

/** Found, with this cause and this verdict; what else is found follows from it. */
function assertCause(report: Verified, code: string, verdict: 'broken' | 'degraded'): void {
  assert.is(report.cause?.code, code, JSON.stringify(report.findings.map(f => `${f.code} ${f.message}`)))
  assert.is(report.verdict, verdict)
  assert.is(report.exit, 1)
}

const failing = (report: Verified) => cellsOf(report, p => p.status !== 'right')

/** A name that no cache of the cluster holds yet. */
const unasked = () => ['--name', `n${Date.now()}.example.com`]

test("kube-proxy's rules for the DNS Service gone from one node", async () => {
  const report = await verifyDuring(withoutServiceRules('w1'))
  assertCause(report, 'DNS501', 'degraded')
  assert.equal(
    failing(report),
    ['udp', 'tcp'].map(protocol => `w1 service ${protocol} kubernetes.default.svc.cluster.local timeout`),
  )
  assert.equal(codesIn(report), ['DNS501', 'DNS509'])
  assert.is(gradeOf(report)['resolves-everywhere'], 'failed')
})

test("packets to the other node's Pods dropped", async () => {
  await spreadDnsPods()
  const report = await verifyDuring(dropToOtherNodesPods('w1'))
  assertCause(report, 'DNS502', 'degraded')
  const ways = report.probes.filter(p => p.to.kind === 'pod')
  assert.ok(ways.every(p => (p.to.node === p.node) === (p.status === 'right')))
})

for (const [closed, open, verdict] of [
  ['udp', 'tcp', 'broken'],
  ['tcp', 'udp', 'degraded'],
] as const) {
  test(`${closed.toUpperCase()} port 53 dropped, ${open.toUpperCase()} open`, async () => {
    const report = await verifyDuring(dropDns(closed))
    assertCause(report, 'DNS503', verdict)
    assert.match(report.cause?.message ?? '', new RegExp(`${closed.toUpperCase()} does not get through`))
    assert.ok(report.probes.every(p => p.to.kind === 'upstream' || (p.protocol === open) === (p.status === 'right')))
  })
}

test('one DNS Pod that answers SERVFAIL', async () => {
  const report = await verifyDuring(badDnsPod())
  assertCause(report, 'DNS112', 'degraded')
  const bad = report.findings.find(f => f.code === 'DNS504')
  assert.match(bad?.message ?? '', /^coredns-bad fails, asked from .*(cp1, w1|w1, cp1).*SERVFAIL/)
  assert.ok(report.probes.some(p => p.to.name === 'coredns-bad' && p.rcode === 'SERVFAIL'))
})

test('upstreams dead from one node only', async () => {
  await spreadDnsPods()
  const report = await verifyDuring(dropUpstream('w1'), unasked())
  assertCause(report, 'DNS506', 'degraded')
  const upstreams = report.probes.filter(p => p.to.kind === 'upstream')
  assert.ok(upstreams.length > 0 && upstreams.every(p => (p.node === 'w1') === (p.silence === 'timeout')))
  // Whichever DNS Pod the Service led to: half of what Pods ask fails.
  assert.is(gradeOf(report)['resolves-everywhere'], 'failed')
  assert.is(gradeOf(report)['upstreams-proper'], 'failed')
})

test('two upstreams that disagree', async () => {
  const report = await verifyDuring(upstreamsDisagree(), ['--name', disagreed.name])
  // Which upstream the DNS Pods asked last is chance: both may say that there is no such name.
  assertCause(report, 'DNS508', report.verdict === 'broken' ? 'broken' : 'degraded')
  assert.match(report.cause?.message ?? '', /8\.8\.4\.4 says NXDOMAIN, 8\.8\.8\.8 says 203\.0\.113\.30/)
})

test('a NetworkPolicy that lets no query out', async () => {
  const report = await verifyDuring(policyFor('default'))
  assertCause(report, 'DNS507', 'broken')
  assert.match(report.cause?.message ?? '', /NetworkPolicy default\/no-egress/)
  assert.ok(failing(report).length === report.probes.length)
})

test('a node that is down: it is named, the others are asked', async () => {
  await spreadDnsPods()
  const report = await verifyDuring(nodeDown('w1'))
  assertCause(report, 'DNS405', 'degraded')
  assert.equal(
    report.notProbed.map(n => n.node),
    ['w1'],
  )
  assert.match(report.notProbed[0]?.reason ?? '', /not Ready.*Kubelet stopped posting node status/)
  assert.ok(report.probes.some(p => p.node === 'cp1' && p.status === 'right'))
  assert.is.not(gradeOf(report)['resolves-everywhere'], 'passed')
})

test.run()
