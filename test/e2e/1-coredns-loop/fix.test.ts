import * as assert from 'uvu/assert'
import { reboot } from '../../cluster/cluster.ts'
import { checkUntil, recreatePods } from '../faults.ts'
import { assertResolves, assertVerdict, contentOf, fixJson, leaving, onNode, undoJson, versions } from '../fix.ts'
import { onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'the repair of the founding fault in the Corefile')

test('is proved, is made once, and undo gives back the same bytes', () =>
  leaving(variant, async () => {
    const before = await contentOf('coredns')
    const report = await fixJson(['--yes'])
    assert.is(report.exit, 0)
    assertVerdict(report, 'repaired')
    assert.is(report.plan?.method, 'configmap')
    assert.is(report.verify?.verdict, 'healthy')
    assert.ok(
      report.verify?.criteria.every(c => c.status === 'passed'),
      JSON.stringify(report.verify?.criteria),
    )
    assert.is.not(await contentOf('coredns'), before)

    const repaired = await versions()
    const again = await fixJson(['--yes'])
    assert.is(again.exit, 0)
    assertVerdict(again, 'nothing-to-do')
    assert.equal(await versions(), repaired)

    const undone = await undoJson()
    assert.is(undone.exit, 0)
    assertVerdict(undone, 'undone')
    assert.is(undone.id, report.undo)
    assert.is(await contentOf('coredns'), before)
    assertVerdict(await undoJson(), 'nothing-to-do')
  }))

test('survives kubeadm upgrade, new DNS Pods and the reboot of a node', () =>
  leaving(variant, async () => {
    assertVerdict(await fixJson(['--yes']), 'repaired')
    const repaired = await contentOf('coredns')
    await onNode('cp1', 'kubeadm', 'upgrade', 'apply', 'phase', 'addon', 'coredns', 'v1.35.4')
    assert.is(await contentOf('coredns'), repaired)
    await recreatePods()
    await checkUntil('the new DNS Pods to be there', r => r.dns.pods.length === 2 && r.dns.pods.every(p => p.ready))
    await assertResolves('after kubeadm upgrade and with new DNS Pods')
    await reboot('w1')
    await checkUntil('all DNS Pods to be Ready again', r => r.dns.pods.every(p => p.ready))
    await assertResolves('after a reboot')
    assert.is(await contentOf('coredns'), repaired)
  }))

test.run()
