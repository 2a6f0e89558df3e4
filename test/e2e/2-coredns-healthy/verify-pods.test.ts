import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { kubeconfigPath } from '../../cluster/cluster.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { cutter } from '../cutter.ts'
import { binary, dnsfix, onVariant } from '../tool.ts'
import { gradeOf, probePods, verifyJson } from '../verify.ts'

const test = onVariant('coredns-healthy', 'the Pods of verify')

/** A namespace of its own for the time of a piece of work. */
async function inNamespace<T>(name: string, labels: string[], work: () => Promise<T>): Promise<T> {
  try {
    await kubectl(['create', 'namespace', name])
    if (labels.length > 0) await kubectl(['label', 'namespace', name, ...labels])
    return await work()
  } finally {
    await kubectl(['delete', 'namespace', name, '--wait=true'])
  }
}

const probesStarted = () =>
  until('probe Pods to be there', 20, async () => {
    const pods = await probePods()
    return pods.length > 0 ? pods : new Missing('none')
  })

test('a quota of zero Pods is told in words, and nothing is called healthy', async () => {
  await inNamespace('dnsfix-quota', [], async () => {
    await kubectl(['create', 'quota', 'none', '--hard=pods=0', '-n', 'dnsfix-quota'])
    await until('the quota to count', 20, async () => {
      const used = await kubectl(['get', 'quota', 'none', '-n', 'dnsfix-quota', '-o', 'jsonpath={.status.used.pods}'])
      return used === '0' ? true : new Missing('not counted yet')
    })
    const report = await verifyJson(['-n', 'dnsfix-quota'])
    assert.is(report.verdict, 'unknown')
    assert.is(report.exit, 2)
    assert.is(gradeOf(report)['resolves-everywhere'], 'unknown')
    const reason = report.findings.find(f => f.code === 'DNS904')
    assert.match(reason?.message ?? '', /quota of namespace dnsfix-quota/)
    assert.equal(report.notProbed.map(n => n.node).sort(), ['cp1', 'w1'])
  })
})

test('are let in by restricted Pod Security', async () => {
  const labels = ['pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/enforce-version=latest']
  await inNamespace('dnsfix-restricted', labels, async () => {
    const report = await verifyJson(['-n', 'dnsfix-restricted'])
    assert.is(report.exit, 0)
    assert.ok(report.probes.length > 0)
    const host = await verifyJson(['-n', 'dnsfix-restricted', '--host-network'])
    assert.match(JSON.stringify(host.findings), /Pod Security of namespace dnsfix-restricted refuses the Pod/)
    assert.is(host.exit, 2)
  })
})

test('that cannot start leave the others alone, and say why', async () => {
  const report = await verifyJson(['--image', 'example.test/none:1'])
  assert.is(report.verdict, 'unknown')
  assert.match(JSON.stringify(report.findings), /ErrImagePull|ImagePullBackOff|pull/)
})

test('need a namespace that exists', async () => {
  const { code, stderr } = await dnsfix(['verify', '-n', 'dnsfix-none'])
  assert.is(code, 2)
  assert.match(stderr, /no namespace dnsfix-none/)
})

test('are gone after Ctrl-C, whenever it comes', async () => {
  for (const ms of [250, 500, 900, 1400]) {
    const ran = await dnsfix(['verify'], {}, sleep(ms))
    assert.ok(ran.code === 130 || ran.code === 0, `${ms} ms: exit ${ran.code} ${ran.stderr}`)
    assert.equal(await probePods(), [], `${ms} ms`)
  }
})

test('stay with --keep, and end by themselves', async () => {
  const report = await verifyJson(['--keep'])
  assert.match(report.stderr, /kubectl get pods -n default -l app\.kubernetes\.io\/instance=/)
  const pods = await probePods()
  assert.is(pods.length, 2)
  assert.ok(pods.every(p => (p as { spec?: { activeDeadlineSeconds?: number } }).spec?.activeDeadlineSeconds === 150))
  await kubectl(['delete', 'pods', '-l', 'app.kubernetes.io/name=kubectl-dnsfix', '--grace-period=0', '--force'])
})

test('of a killed run end by themselves, and the next run deletes them and nothing else', async () => {
  await kubectl([
    'run',
    'bystander',
    '--image=registry.k8s.io/pause:3.10.1',
    '--labels=app.kubernetes.io/name=kubectl-dnsfix-not',
  ])
  try {
    const child = spawn(binary, ['verify', '--timeout', '10s'], {
      env: { ...process.env, KUBECONFIG: kubeconfigPath() },
    })
    const ended = new Promise(resolve => child.on('close', resolve))
    const left = await probesStarted()
    child.kill('SIGKILL')
    await ended
    await until('the probe Pods to end', 70, async () => {
      const pods = await probePods()
      const alive = pods.filter(p => p.status?.phase !== 'Failed')
      return alive.length === 0 && pods.length > 0 ? true : new Missing(`${alive.length} of ${pods.length} alive`)
    })
    assert.ok(left.length > 0)
    assert.is((await verifyJson()).exit, 0)
    assert.match(await kubectl(['get', 'pod', 'bystander', '-o', 'name']), /bystander/)
  } finally {
    await kubectl(['delete', 'pod', 'bystander', '--grace-period=0', '--force'])
  }
})

test('are deleted although the connection was lost for a while', async () => {
  const wire = await cutter()
  try {
    const run = dnsfix(['verify', '--kubeconfig', wire.kubeconfig])
    await probesStarted()
    wire.cut()
    await sleep(200)
    wire.mend()
    const { code } = await run
    assert.ok(code === 0 || code === 2, `exit ${code}`)
    assert.equal(await probePods(), [])
  } finally {
    wire.close()
  }
})

test('that could not be deleted are named, with the command that does it', async () => {
  const wire = await cutter()
  try {
    const run = dnsfix(['verify', '--timeout', '10s', '--kubeconfig', wire.kubeconfig])
    const pods = await probesStarted()
    wire.cut()
    const { code, stderr } = await run
    assert.is(code, 2)
    assert.match(stderr, /warning: dnsfix-probe-.* could not be deleted/)
    const hint = /kubectl delete (pods -n default -l app\.kubernetes\.io\/instance=\w+)/.exec(stderr)?.[1]
    assert.ok(hint !== undefined, stderr)
    assert.ok(pods.length > 0)
    await kubectl(['delete', ...hint.split(' '), '--grace-period=0', '--force'])
    assert.equal(await probePods(), [])
  } finally {
    wire.close()
  }
})

test.run()
