import * as assert from 'uvu/assert'
import { shell } from '../../cluster/cluster.ts'
import { during, kubeletStopped } from '../../cluster/faults/index.ts'
import { allBytes, assertVerdict, fixJson, leaving } from '../fix.ts'
import { onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a repair on the nodes that meets trouble')

/** A kubelet that does not start with the repair. */
const stubborn = `mkdir -p /etc/systemd/system/kubelet.service.d
printf '[Service]\\nExecStartPre=/bin/sh -c "! grep -qs /run/systemd /etc/default/kubelet"\\n' > /etc/systemd/system/kubelet.service.d/99-stubborn.conf
systemctl daemon-reload`
const docile =
  'rm -f /etc/systemd/system/kubelet.service.d/99-stubborn.conf; systemctl daemon-reload; systemctl start kubelet'

test('with a kubelet that does not come back puts that node back at once, and those before it', () =>
  leaving(variant, async () => {
    const before = await allBytes()
    try {
      await shell('w1', ['sh', '-ec', stubborn])
      const report = await fixJson(['--method', 'kubelet', '--yes'])
      assert.is(report.exit, 1)
      assertVerdict(report, 'rolled-back')
      assert.match(report.error?.message ?? '', /w1/)
      assert.equal(await allBytes(), before)
      const { stdout } = await shell('w1', ['systemctl', 'is-active', 'kubelet'])
      assert.is(stdout.trim(), 'active')
    } finally {
      await shell('w1', ['sh', '-c', docile])
    }
  }))

test('with a node that is down repairs the others and says so, and a second run repairs that one', () =>
  leaving(variant, async () => {
    await during(kubeletStopped('w1'), async () => {
      const report = await fixJson(['--method', 'kubelet', '--yes'])
      assert.equal(
        report.plan?.changes.map(c => c.object.name),
        ['cp1'],
        JSON.stringify(report),
      )
      assert.match(report.plan?.notes.join('\n') ?? '', /w1 is not done: .*run the same command again/)
    })
    const report = await fixJson(['--method', 'kubelet', '--yes'])
    assertVerdict(report, 'repaired')
    assert.equal(
      report.plan?.changes.map(c => c.object.name),
      ['w1'],
    )
    assert.is(report.verify?.verdict, 'healthy')
  }))

test.run()
