import * as assert from 'uvu/assert'
import { reboot } from '../../cluster/cluster.ts'
import { nodes } from '../../cluster/layout.ts'
import { checkUntil, recreatePods } from '../faults.ts'
import { allBytes, assertResolves, assertVerdict, fixJson, leaving, onNode, undoJson, versions } from '../fix.ts'
import { assertAllAnswered, whileResolving } from '../residents.ts'
import { onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'the repair of the founding fault on the nodes')

for (const method of ['kubelet', 'kubeadm'] as const) {
  test(`with --method ${method} is proved, is made once, and undo gives back the same bytes`, () =>
    leaving(variant, async () => {
      const before = await allBytes()
      const report = await fixJson(['--method', method, '--yes'])
      assert.is(report.exit, 0)
      assertVerdict(report, 'repaired')
      assert.is(report.plan?.method, method)
      assert.is(report.verify?.verdict, 'healthy')
      const after = await allBytes()
      assert.is(after.corefile, before.corefile)
      assert.is(after.kubeletConfig === before.kubeletConfig, method === 'kubelet')

      const repaired = await versions()
      assertVerdict(await fixJson(['--method', method, '--yes']), 'nothing-to-do')
      assert.equal(await versions(), repaired)
      assert.equal(await allBytes(), after)

      const undone = await undoJson()
      assert.is(undone.exit, 0)
      assertVerdict(undone, 'undone')
      assert.equal(await allBytes(), before)
    }))

  test(`with --method ${method} survives kubeadm upgrade, restarts of kubelets, new DNS Pods and a reboot`, () =>
    leaving(variant, async () => {
      assertVerdict(await fixJson(['--method', method, '--yes']), 'repaired')
      for (const { name } of nodes) {
        await onNode(name, 'kubeadm', 'upgrade', 'node', 'phase', 'kubelet-config')
        await onNode(name, 'systemctl', 'restart', 'kubelet')
      }
      await recreatePods()
      await checkUntil('the new DNS Pods to be Ready', r => r.dns.pods.length === 2 && r.dns.pods.every(p => p.ready))
      await assertResolves('after kubeadm upgrade and with new DNS Pods')
      await reboot('w1')
      await checkUntil('all DNS Pods to be Ready again', r => r.dns.pods.every(p => p.ready))
      await assertResolves('after a reboot')
    }))
}

for (const method of ['kubelet', 'kubeadm'] as const)
  test(`with --method ${method} leaves no name unanswered where names resolve already, nor does undo`, () =>
    leaving(variant, async () => {
      assertVerdict(await fixJson(['--method', 'configmap', '--yes']), 'repaired')
      const before = await allBytes()
      const asked = await whileResolving(async () => {
        const report = await fixJson(['--method', method, '--yes'])
        assertVerdict(report, 'repaired')
        assert.is(report.plan?.changes.length ?? 0, method === 'kubelet' ? 2 : 3)
        assertVerdict(await undoJson(), 'undone')
      })
      assert.equal(await allBytes(), before)
      assertAllAnswered(asked)
    }))

test.run()
