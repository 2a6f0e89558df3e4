import * as assert from 'uvu/assert'
import { kubectl, tryKubectl } from '../../cluster/api.ts'
import { inSystem } from '../faults.ts'
import { assertVerdict, fixJson, leaving, undoJson, versions } from '../fix.ts'
import { type Asked, assertAllAnswered, uptimeAt, whileResolving } from '../residents.ts'
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

/** When dnsmasq was started in the DNS Pods that run, in seconds since the machine was. */
async function dnsmasqStarts(): Promise<readonly number[]> {
  const all = ['-l', 'k8s-app=kube-dns', '-c', 'dnsmasq', '--timestamps', '--tail=-1', '--max-log-requests=9']
  const lines = (await kubectl([...inSystem, 'logs', ...all])).split('\n')
  return lines.filter(line => line.includes('Starting dnsmasq')).map(line => uptimeAt(line.split(' ')[0] ?? ''))
}

/** The nanny kills its dnsmasq and starts another one: between the two nobody listens, and who asks that Pod then is refused. */
const isRefusedAt = (starts: readonly number[]) => (name: Asked) =>
  !name.isAnswered && name.ms < 1000 && starts.some(start => Math.abs(start - name.at) < 1)

working('leaves no name unanswered but in the instant in which kube-dns starts its dnsmasq anew, nor does undo', () =>
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
    const starts = await dnsmasqStarts()
    assert.ok(starts.length >= 4, `dnsmasq was started anew in each of two Pods: ${starts}`)
    const refused = asked.filter(isRefusedAt(starts))
    assert.ok(refused.length <= starts.length, JSON.stringify(refused))
    assertAllAnswered(asked.filter(name => !refused.includes(name)))
  }),
)

working.run()
