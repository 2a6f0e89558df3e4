import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { wanSilent } from '../../cluster/cluster.ts'
import { checkUntil, editCorefile, fault, inSystem, recreatePods, repair } from '../faults.ts'
import { codesIn, onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'a Corefile or an upstream that is wrong')
const repairCorefile = () => repair('configmap/coredns')

/** Makes kubelets bring the ConfigMap into the running Pods at once instead of within a minute. */
const project = () =>
  kubectl([...inSystem, 'annotate', 'pods', '-l', 'k8s-app=kube-dns', '--overwrite', 'dnsfix.test/now=1'])

test('that does not parse: the running Pods keep the old one, and crash when they restart', async () => {
  try {
    await editCorefile(text => text.replace(/\}\s*$/, ''))
    await project()
    const latent = await checkUntil('the refusal to be seen', r => codesIn(r).includes('DNS202'))
    assert.is(latent.verdict, 'degraded')
    assert.is(latent.cause?.code, 'DNS201')
    assert.match(latent.cause?.message ?? '', /Corefile:\d+.*(never closed|end of file)/i)
    await recreatePods()
    const broken = await checkUntil('the crash to be seen', r => codesIn(r).includes('DNS107'))
    assert.is(broken.verdict, 'broken')
    assert.is(broken.cause?.code, 'DNS201')
  } finally {
    await repairCorefile()
  }
})

test('that names a plugin which CoreDNS no longer has', async () => {
  const old = () =>
    editCorefile(text => text.replace('forward .', 'proxy .').replace(/ \{\s*max_concurrent \d+\s*\}/, ''))
  const report = await fault('DNS201', old, repairCorefile)
  assert.match(report.cause?.message ?? '', /proxy/)
})

test('that forwards nothing', async () => {
  const silent = async () => {
    await editCorefile(text => text.replace(/forward \.[^{]*\{[^}]*\}/, ''))
    await recreatePods()
  }
  const report = await fault('DNS303', silent, repairCorefile)
  assert.is(report.verdict, 'broken')
})

test('that names a loopback address', async () => {
  const loopback = async () => {
    await editCorefile(text => text.replace('/etc/resolv.conf', '127.0.0.1:5353'))
    await recreatePods()
  }
  const report = await fault('DNS301', loopback, repairCorefile)
  assert.is(report.verdict, 'broken')
  assert.is(report.cause?.object.kind, 'ConfigMap')
  assert.equal(report.cause?.causedBy, [])
})

test("that names the cluster's own DNS Service", async () => {
  const circle = () => editCorefile(text => text.replace('/etc/resolv.conf', '10.96.0.10'))
  await fault('DNS304', circle, repairCorefile)
})

test('that serves another domain than kubelets give to Pods', async () => {
  const other = () => editCorefile(text => text.replace('cluster.local', 'cluster.example'))
  const report = await fault('DNS403', other, repairCorefile)
  assert.match(report.cause?.message ?? '', /cluster domain cluster\.local, but the DNS server serves cluster\.example/)
})

test('an upstream that is silent', async () => {
  const report = await fault(
    'DNS302',
    () => wanSilent(true),
    () => wanSilent(false),
    ['--name', 'unasked.example.com'],
  )
  assert.is(report.verdict, 'broken')
  assert.is(report.exit, 1)
  assert.match(report.cause?.message ?? '', /8\.8\.(8\.8|4\.4).* not answer: .*(timeout|no answer|SERVFAIL)/)
  await checkUntil('the upstream to answer again', r => r.verdict === 'healthy')
})

test.run()
