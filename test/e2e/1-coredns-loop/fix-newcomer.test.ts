import * as assert from 'uvu/assert'
import { gatherDnsPods } from '../../cluster/faults/index.ts'
import { newcomer } from '../../cluster/layout.ts'
import { addNewcomer, removeNewcomer } from '../../cluster/newcomer.ts'
import { assertVerdict, fixJson, leaving } from '../fix.ts'
import { onVariant } from '../tool.ts'
import { verifyJson } from '../verify.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a node that joins after the repair')

/** Does `work` while a third node is in the cluster. */
async function withNewcomer(work: () => Promise<void>): Promise<void> {
  try {
    await addNewcomer()
    await work()
  } finally {
    await removeNewcomer()
  }
}

/** Names resolve there and everywhere, from DNS Pods that run there. */
async function assertServes(): Promise<void> {
  await gatherDnsPods(newcomer.name)
  const report = await verifyJson()
  assert.is(report.exit, 0, JSON.stringify(report.findings))
  assert.ok(report.probes.some(p => p.node === newcomer.name))
}

for (const method of ['configmap', 'kubeadm'] as const)
  test(`has what it needs after --method ${method}`, () =>
    leaving(variant, async () => {
      assertVerdict(await fixJson(['--method', method, '--yes']), 'repaired')
      await withNewcomer(assertServes)
    }))

test('lacks it after --method kubelet, which says so, and gets it from a second run', () =>
  leaving(variant, async () => {
    const first = await fixJson(['--method', 'kubelet', '--yes'])
    assertVerdict(first, 'repaired')
    assert.match(first.plan?.notes.join('\n') ?? '', /new nodes do not get it/)
    await withNewcomer(async () => {
      const second = await fixJson(['--method', 'kubelet', '--yes'])
      assertVerdict(second, 'repaired')
      assert.equal(
        second.plan?.changes.map(c => c.object.name),
        [newcomer.name],
      )
      await assertServes()
    })
  }))

test.run()
