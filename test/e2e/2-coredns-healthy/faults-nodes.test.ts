import * as assert from 'uvu/assert'
import { shell } from '../../cluster/cluster.ts'
import { checkUntil, recreatePods } from '../faults.ts'
import { codesIn, onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'a kubelet that differs')
const config = '/var/lib/kubelet/config.yaml'

const restartWith = (edit: string) =>
  shell('w1', ['sh', '-ec', `sed -i '${edit}' ${config}; systemctl restart kubelet`])

test('in the address that it gives to Pods is named, with its node', async () => {
  try {
    await restartWith('s/10\\.96\\.0\\.10/10.96.0.99/')
    const report = await checkUntil('check to name w1', r => r.cause?.code === 'DNS402')
    assert.is(report.verdict, 'degraded')
    assert.match(report.cause?.message ?? '', /kubelet on w1 gives Pods 10\.96\.0\.99, but Service .* is 10\.96\.0\.10/)
  } finally {
    await restartWith('s/10\\.96\\.0\\.99/10.96.0.10/')
    await checkUntil('the kubelet to be right again', r => r.verdict === 'healthy')
  }
})

test('because it was repaired after the DNS Pods were made: they still have the stub', async () => {
  const both = ['cp1', 'w1']
  const setAll = (path: string) =>
    Promise.all(
      both.map(node =>
        shell(node, [
          'sh',
          '-ec',
          `sed -i 's#^resolvConf:.*#resolvConf: ${path}#' ${config}; systemctl restart kubelet`,
        ]),
      ),
    )
  try {
    await setAll('/etc/resolv.conf')
    await checkUntil('the kubelets to be up', r => r.verdict === 'healthy')
    await recreatePods()
    await checkUntil('the loop to be seen', r => r.cause?.code === 'DNS301' && codesIn(r).includes('DNS401'))
    await setAll('/run/systemd/resolve/resolv.conf')
    const report = await checkUntil('check to say that the Pods are older', r => codesIn(r).includes('DNS404'))
    assert.is(report.cause?.code, 'DNS301')
    assert.equal(report.cause?.causedBy, ['DNS404'])
  } finally {
    await setAll('/run/systemd/resolve/resolv.conf')
    await recreatePods()
    await checkUntil('the cluster to be healthy again', r => r.verdict === 'healthy')
  }
})

test('because it does not answer: what it hides is named, and nothing is called healthy', async () => {
  try {
    await shell('w1', ['systemctl', 'stop', 'kubelet'])
    const report = await checkUntil('check to miss it', r => codesIn(r).includes('DNS902'))
    assert.is(report.verdict, 'unknown')
    assert.is(report.exit, 2)
    const messages = report.findings.map(f => f.message).join('\n')
    assert.match(messages, /the configuration of kubelets \(w1\) could not be read: .*connection refused/)
  } finally {
    await shell('w1', ['systemctl', 'start', 'kubelet'])
    await checkUntil('the kubelet to answer again', r => r.verdict === 'healthy')
  }
})

test.run()
