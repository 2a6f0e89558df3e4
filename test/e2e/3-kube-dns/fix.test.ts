import * as assert from 'uvu/assert'
import { tryKubectl } from '../../cluster/api.ts'
import { inSystem } from '../faults.ts'
import { assertVerdict, fixJson, leaving, undoJson, versions } from '../fix.ts'
import { assertAllAnswered, whileResolving } from '../residents.ts'
import { onVariant } from '../tool.ts'

const variant = 'kube-dns-noloopdetect'
const test = onVariant(variant, 'the repair of the founding fault with kube-dns')

const configMap = () => tryKubectl([...inSystem, 'get', 'configmap', 'kube-dns', '-o', 'jsonpath={.data}'])

test('is proved, is made once, and undo gives back what was there', () =>
  leaving(variant, async () => {
    const before = await configMap()
    assert.match(before.stderr, /NotFound/)
    const report = await fixJson(['--yes'])
    assert.is(report.exit, 0)
    assertVerdict(report, 'repaired')
    assert.is(report.plan?.method, 'configmap')
    assert.is(report.verify?.verdict, 'healthy')
    assert.match((await configMap()).stdout, /upstreamNameservers/)

    const repaired = await versions()
    assertVerdict(await fixJson(['--yes']), 'nothing-to-do')
    assert.equal(await versions(), repaired)

    const undone = await undoJson()
    assert.is(undone.exit, 0)
    assertVerdict(undone, 'undone')
    assert.is(undone.id, report.undo)
    assert.equal(await configMap(), before)
  }))

test.run()

const working = onVariant('kube-dns-healthy', 'a repair of a kube-dns that works')

working('leaves no name unanswered, nor does undo', () =>
  leaving('kube-dns-healthy', async () => {
    const before = await configMap()
    const asked = await whileResolving(async () => {
      const report = await fixJson(['--upstream', '8.8.4.4', '--stub-domain', 'example.com=8.8.8.8', '--yes'])
      assertVerdict(report, 'repaired')
      const { stdout } = await configMap()
      assert.match(stdout, /stubDomains.*example\.com.*8\.8\.8\.8/)
      assert.match(stdout, /upstreamNameservers.*8\.8\.4\.4/)
      assertVerdict(await undoJson(), 'undone')
    })
    assert.equal(await configMap(), before)
    assertAllAnswered(asked)
  }),
)

working.run()
