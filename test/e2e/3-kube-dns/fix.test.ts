import * as assert from 'uvu/assert'
import { kubectl, list, tryKubectl } from '../../cluster/api.ts'
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

/** From when to when nobody listened in a DNS Pod, in seconds since the machine was started. */
type Gap = readonly [from: number, to: number]

/**
 * The gaps that the nanny's logs tell of, that of the container before it with them: it kills dnsmasq and starts another one at once,
 * which may find port 53 taken still; the nanny ends then, and the kubelet starts its container anew.
 */
async function gaps(): Promise<readonly Gap[]> {
  const pods = await list<{ metadata: { name: string } }>([...inSystem, 'pods', '-l', 'k8s-app=kube-dns'])
  const all = pods.map(async ({ metadata: { name } }) => {
    const logs = [...inSystem, 'logs', name, '-c', 'dnsmasq', '--timestamps']
    const [earlier, present] = await Promise.all([tryKubectl([...logs, '--previous']), kubectl(logs)])
    const lines = `${earlier.stdout}\n${present}`.split('\n')
    const at = lines.flatMap((line, i) => (line.includes('Killing dnsmasq') ? [i] : []))
    return at.map((i): Gap => {
      const up = lines.slice(i).find(line => /dnsmasq\[\d+\]: started, version/.test(line))
      return [timeOf(lines[i]), timeOf(up)]
    })
  })
  return (await Promise.all(all)).flat()
}

const timeOf = (line = ''): number => uptimeAt(line.split(' ')[0] ?? '')

/** Who asks a Pod in which nobody listens is refused. Between what is done and its line in a log is a moment. */
const isRefusedIn = (known: readonly Gap[]) => (name: Asked) =>
  !name.isAnswered && known.some(([from, to]) => from - 0.2 < name.at && name.at < to + 0.2)

working('leaves no name unanswered but where kube-dns starts its dnsmasq anew, nor does undo', () =>
  leaving('kube-dns-healthy', async () => {
    const before = await configMap()
    const known: Gap[] = []
    const asked = await whileResolving(async () => {
      const report = await fixJson(['--upstream', '8.8.4.4', '--stub-domain', 'example.com=8.8.8.8', '--yes'])
      assertVerdict(report, 'repaired')
      const { stdout } = await configMap()
      assert.match(stdout, /stubDomains.*example\.com.*8\.8\.8\.8/)
      assert.match(stdout, /upstreamNameservers.*8\.8\.4\.4/)
      known.push(...(await gaps()))
      assertVerdict(await undoJson(), 'undone')
      known.push(...(await gaps()))
    })
    assert.equal(await configMap(), before)
    assert.ok(known.length >= 4, `dnsmasq was started anew in each of two Pods, twice: ${JSON.stringify(known)}`)
    assert.ok(known.every(gap => gap.every(Number.isFinite)))
    const refused = asked.filter(isRefusedIn(known))
    console.log(`      ${refused.length} names were refused while a dnsmasq was started anew`)
    assertAllAnswered(asked.filter(name => !refused.includes(name)))
  }),
)

working.run()
