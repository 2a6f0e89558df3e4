import * as assert from 'uvu/assert'
import type { Grant } from '../../../src/rbac.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { checkUntil } from '../faults.ts'
import { codesIn, onVariant } from '../tool.ts'
import { forgetUser, printed, userWith, withRules } from '../user.ts'
import { verifyJson } from '../verify.ts'

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

for (const resource of ['nodes/proxy', 'pods/portforward', 'pods/log', 'endpointslices', 'configmaps']) {
  test(`is told that ${resource} is missing, and what that leaves out`, async () => {
    const config = await userWith(without(resource, await printed(['check'])))
    const report = await checkUntil(`the lack of ${resource} to be named`, r => codesIn(r).includes('DNS901'), [
      '--kubeconfig',
      config,
    ])
    const missing = report.findings.filter(f => f.code === 'DNS901')
    assert.ok(
      missing.length > 0 && missing.every(f => f.message.includes(resource)),
      missing.map(f => f.message).join(),
    )
    assert.is.not(report.verdict, 'broken')
    assert.ok(report.passed.length > 0)
    assert.is(report.verdict === 'healthy', resource === 'pods/log')
    assert.is(report.exit, resource === 'pods/log' ? 0 : 2)
  })
}

for (const namespace of [[], ['-n', 'default']])
  test(`proves names from Pods with exactly what rbac verify ${namespace.join(' ')} prints`, async () => {
    const config = await userWith(await printed(['verify', ...namespace]))
    await checkUntil('the rights to work', r => r.verdict === 'healthy', ['--kubeconfig', config])
    const report = await verifyJson(['--kubeconfig', config])
    assert.is(report.exit, 0)
    assert.equal(report.skipped, [])
    assert.equal(codesIn(report, ['error', 'warning', 'info']), [])
  })

for (const [resource, part] of [
  ['pods/portforward', /pods\/portforward/],
  ['networkpolicies', /networkpolicies/],
] as const) {
  test(`is told by verify that ${resource} is missing`, async () => {
    const config = await userWith(without(resource, await printed(['verify'])))
    const report = await until('the right to be gone', 60, async () => {
      const seen = await verifyJson(['--kubeconfig', config])
      return codesIn(seen).includes('DNS901') || codesIn(seen, ['info']).includes('DNS901')
        ? seen
        : new Missing('it is there')
    })
    assert.match(report.findings.map(f => f.message).join(), part)
    assert.is(report.exit, resource === 'networkpolicies' ? 0 : 2)
  })
}

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
