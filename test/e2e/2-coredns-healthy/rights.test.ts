import * as assert from 'uvu/assert'
import type { Guarded } from '../../../src/options.ts'
import type { Grant } from '../../../src/rbac.ts'
import type { CheckReport } from '../../../src/report/check.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { checkUntil } from '../faults.ts'
import { codesIn, dnsfix, onVariant } from '../tool.ts'
import { forgetUser, printed, userWith, withRules } from '../user.ts'
import { probePods, verifyJson } from '../verify.ts'

const test = onVariant('coredns-healthy', 'a user with few rights')

test.after(forgetUser)

/** The manifest without this resource. */
const without = (resource: string, grants: readonly Grant[]): readonly Grant[] =>
  withRules(grants, rules =>
    rules
      .map(rule => ({ ...rule, resources: rule.resources.filter(r => r !== resource) }))
      .filter(rule => rule.resources.length > 0),
  )

for (const namespace of [[], ['-n', 'kube-system']])
  test(`gets the whole verdict with exactly what rbac check ${namespace.join(' ')} prints`, async () => {
    const config = await userWith(await printed(['check', ...namespace]))
    const report = await checkUntil('the rights to work', r => r.verdict === 'healthy', ['--kubeconfig', config])
    assert.equal(report.skipped, [])
    assert.equal(codesIn(report, ['error', 'warning', 'info']), [])
  })

/** What the rules of a manifest are for. */
const resourcesOf = (grants: readonly Grant[]): readonly string[] => [
  ...new Set(grants.flatMap(({ rules = [] }) => rules.flatMap(rule => rule.resources))),
]

/** What a command says as data, whether it comes to a verdict or to an error. */
async function said(command: Guarded, config: string): Promise<{ told: string; verdict: string; exit: number | null }> {
  const { code: exit, stdout, stderr } = await dnsfix([command, '-o', 'json', '--kubeconfig', config])
  const report = JSON.parse(stdout)
  assert.equal(await probePods(), [], `Pods are left: ${stdout}${stderr}`)
  if (report.kind === 'Error') {
    assert.is.not(report.code, 'bug', stdout)
    return { told: `${report.message} ${report.hint}`, verdict: 'unknown', exit }
  }
  const told = (report as CheckReport).findings.map(f => f.message).join('; ')
  return { told, verdict: report.verdict, exit }
}

/** What makes a verdict better that stands without it. What a probe Pod was answered is known by its log. */
const notNeeded = {
  check: ['pods/log', 'pods/proxy', 'networkpolicies'],
  verify: ['pods/proxy', 'networkpolicies'],
} as const

for (const command of ['check', 'verify'] as const)
  test(`is told of each part of rbac ${command} that is missing, and no fault is made of it`, async () => {
    const manifest = await printed([command])
    assert.ok(resourcesOf(manifest).length > 10, 'the manifest has rules')
    for (const resource of resourcesOf(manifest)) {
      const config = await userWith(without(resource, manifest))
      const isNamed = new RegExp(`may not \\w+ ${resource}(?![\\w/])`)
      const { verdict, exit } = await until(`${command} to name ${resource}`, 60, async () => {
        const seen = await said(command, config)
        return isNamed.test(seen.told) ? seen : new Missing(`it is ${seen.verdict}, with ${seen.told}`)
      })
      const isNeeded = !notNeeded[command].some(one => one === resource)
      assert.equal([verdict, exit], isNeeded ? ['unknown', 2] : ['healthy', 0], resource)
    }
  })

for (const namespace of [[], ['-n', 'default']])
  test(`proves names from Pods with exactly what rbac verify ${namespace.join(' ')} prints`, async () => {
    const config = await userWith(await printed(['verify', ...namespace]))
    await checkUntil('the rights to work', r => r.verdict === 'healthy', ['--kubeconfig', config])
    const report = await verifyJson(['--kubeconfig', config])
    assert.is(report.exit, 0)
    assert.equal(report.skipped, [])
    assert.equal(codesIn(report, ['error', 'warning', 'info']), [])
  })

test('who may make no Pods is told so, and gets no verdict', async () => {
  const config = await userWith(await printed(['check']))
  const report = await until('the right to be gone', 60, async () => {
    const seen = await verifyJson(['--kubeconfig', config])
    return seen.probes.length === 0 ? seen : new Missing('it is there')
  })
  assert.is(report.exit, 2)
  assert.is(report.verdict, 'unknown')
  assert.match(report.findings.map(f => f.message).join(), /you may not create pods in namespace default/)
})

test('who may do nothing gets no verdict and exit code 2', async () => {
  const config = await userWith([])
  const report = await checkUntil('the rights to be gone', r => r.passed.length === 0, ['--kubeconfig', config])
  assert.is(report.verdict, 'unknown')
  assert.is(report.exit, 2)
  assert.ok(report.findings.every(f => f.category === 'access'))
})

test.run()
