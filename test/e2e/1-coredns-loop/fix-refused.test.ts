import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { inSystem } from '../faults.ts'
import {
  allBytes,
  assertVerdict,
  contentOf,
  failsWith,
  fixJson,
  journals,
  leaving,
  undoJson,
  versions,
} from '../fix.ts'
import { dnsfix, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a repair that is not made')

/** Whatever `work` does, the cluster stays as it is: no journal, no lock, no new version of anything. */
const changesNothing = (work: () => Promise<void>) => async () => {
  const before = { objects: await versions(), bytes: await allBytes() }
  try {
    await work()
    assert.equal({ objects: await versions(), bytes: await allBytes() }, before)
  } catch (error) {
    await leaving(variant, async () => undefined)
    throw error
  }
}

for (const dryRun of ['client', 'server'])
  for (const method of ['configmap', 'kubeadm', 'kubelet'])
    test(
      `with --dry-run=${dryRun} of --method ${method} changes nothing`,
      changesNothing(async () => {
        const report = await fixJson([`--dry-run=${dryRun}`, '--method', method])
        assert.is(report.exit, 0)
        assert.is(report.verdict, 'planned')
        assert.is(report.plan?.method, method)
        assert.equal([report.applied, report.undo], [[], null])
      }),
    )

test(
  'without a terminal needs --yes',
  changesNothing(async () => {
    await failsWith('needs-yes', 2, ['fix'])
  }),
)

const improper: Readonly<Record<string, RegExp>> = {
  '127.0.0.53': /systemd-resolved's stub/,
  '10.96.0.10': /Service/,
  '8.8.8.8,8.8.8.8': /8\.8\.8\.8/,
  '203.0.113.9': /examples in documents/,
}
for (const [upstream, why] of Object.entries(improper))
  test(
    `with the improper --upstream ${upstream} is refused, with the reason`,
    changesNothing(async () => {
      assert.match(await failsWith('improper-upstream', 2, ['fix', '--yes', '--upstream', upstream]), why)
    }),
  )

test(
  'with an upstream that does not answer is refused',
  changesNothing(async () => {
    assert.match(await failsWith('upstream-silent', 2, ['fix', '--yes', '--upstream', '8.8.8.9']), /8\.8\.8\.9/)
  }),
)

test('at the same time as another is made once', () =>
  leaving(variant, async () => {
    const runs = await Promise.all([1, 2].map(() => dnsfix(['fix', '--yes', '-o', 'json'])))
    const reports = runs.map(({ code, stdout }) => ({ exit: code, ...JSON.parse(stdout) }))
    const [first, ...others] = reports.filter(r => r.verdict === 'repaired')
    assert.is(first?.exit, 0)
    assert.equal(others, [])
    const other = reports.find(r => r !== first)
    const { exit, code = other.verdict } = other
    assert.ok(['2 busy', '2 unfinished', '0 nothing-to-do'].includes(`${exit} ${code}`), `${exit} ${code}`)
    assert.is((await journals()).length, 1)
  }))

test('is not undone over what somebody else wrote since, except with --force', () =>
  leaving(variant, async () => {
    const before = await contentOf('coredns')
    assertVerdict(await fixJson(['--yes']), 'repaired')
    const map = JSON.parse(await kubectl([...inSystem, 'get', 'configmap', 'coredns', '-o', 'json']))
    map.data.Corefile = map.data.Corefile.replace('cache 30', 'cache 29')
    await kubectl(['replace', '-f', '-'], JSON.stringify(map))
    const edited = await contentOf('coredns')
    await failsWith('changed-since', 1, ['undo', '--yes'])
    assert.is(await contentOf('coredns'), edited)
    assertVerdict(await undoJson(['--yes', '--force']), 'undone')
    assert.is(await contentOf('coredns'), before)
  }))

test.run()
