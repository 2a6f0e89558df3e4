import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import type { VariantName } from '../../cluster/cluster.ts'
import { checkUntil, inSystem } from '../faults.ts'
import { checkJson, codesIn, onVariant } from '../tool.ts'
import { gradeOf, verifyJson } from '../verify.ts'

for (const variant of ['kube-dns-noloopdetect', 'kube-dns-loopdetect'] satisfies VariantName[]) {
  const test = onVariant(variant, `the founding fault with kube-dns (${variant})`)
  test('is named, although every Pod is Ready', async () => {
    const report = await checkJson()
    assert.is(report.exit, 1)
    assert.is(report.verdict, 'broken')
    assert.is(report.cause?.code, 'DNS301')
    assert.match(report.cause?.message ?? '', /the DNS Pods ask 127\.0\.0\.53/)
    assert.equal(report.cause?.causedBy, ['DNS401'])
    assert.equal(codesIn(report), ['DNS301', 'DNS305', 'DNS401'])
    assert.is(report.dns.engine, 'kube-dns')
    assert.ok(report.dns.pods.every(p => p.ready))
  })

  test('is proved from Pods on every node: names of the cluster resolve, others do not', async () => {
    const report = await verifyJson()
    assert.is(report.exit, 1)
    assert.is(report.verdict, 'broken')
    assert.is(report.cause?.code, 'DNS301')
    assert.ok(codesIn(report).includes('DNS509'))
    const service = report.probes.filter(p => p.to.kind === 'service')
    const seen = new Set(service.map(p => `${p.node} ${p.protocol} ${p.about} ${p.status === 'right'}`))
    for (const node of ['cp1', 'w1'])
      for (const protocol of ['udp', 'tcp']) {
        assert.ok(seen.has(`${node} ${protocol} cluster true`), [...seen].join())
        assert.ok(seen.has(`${node} ${protocol} external false`), [...seen].join())
      }
    assert.is(gradeOf(report)['upstreams-proper'], 'failed')
  })
  test.run()
}

for (const variant of ['kube-dns-healthy', 'kube-dns-healthy-loopdetect'] satisfies VariantName[]) {
  const test = onVariant(variant, `a healthy kube-dns (${variant})`)
  test('has nothing at warning or above, and exit code 0', async () => {
    const report = await checkJson(['--fail-on', 'warning'])
    assert.equal(codesIn(report), [])
    assert.is(report.exit, 0)
    assert.is(report.verdict, 'healthy')
    assert.ok(report.dns.pods.every(p => p.upstreams.includes('8.8.8.8')))
  })

  test('is proved from Pods on every node, over both protocols', async () => {
    const report = await verifyJson(['--fail-on', 'warning'])
    assert.is(report.exit, 0, JSON.stringify(report.findings))
    assert.is(report.verdict, 'healthy')
    assert.equal([...new Set(report.probes.map(p => p.status))], ['right'])
    const seen = new Set(report.probes.map(p => `${p.node} ${p.to.kind} ${p.protocol} ${p.about}`))
    for (const node of ['cp1', 'w1'])
      for (const kind of ['service', 'pod', 'upstream'])
        for (const protocol of ['udp', 'tcp']) assert.ok(seen.has(`${node} ${kind} ${protocol} external`))
    assert.is(gradeOf(report)['resolves-everywhere'], 'passed')
  })
  test.run()
}

const ignored = onVariant('kube-dns-healthy', 'a ConfigMap that kube-dns ignores')
ignored('is named, with the entry that is wrong', async () => {
  const data = { upstreamNameservers: '["8.8.8.8","dns.google"]' }
  await kubectl([...inSystem, 'patch', 'configmap/kube-dns', '--type=merge', '-p', JSON.stringify({ data })])
  const report = await checkUntil('check to name it', r => r.cause?.code === 'DNS203')
  assert.match(report.cause?.message ?? '', /upstreamNameservers names "dns\.google", which is not an IP address/)
})
ignored.run()
