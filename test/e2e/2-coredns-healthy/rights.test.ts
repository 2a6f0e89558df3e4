import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse, stringify } from 'yaml'
import { clusterRole } from '../../../src/rbac.ts'
import { rules } from '../../../src/rules/index.ts'
import { pathRules } from '../../../src/rules/path/index.ts'
import { kubectl } from '../../cluster/api.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { checkUntil } from '../faults.ts'
import { codesIn, onVariant } from '../tool.ts'
import { verifyJson } from '../verify.ts'

const test = onVariant('coredns-healthy', 'a user with few rights')
const folder = mkdtempSync(join(tmpdir(), 'dnsfix-rights-'))
const account = ['-n', 'default', 'serviceaccount/dnsfix-test'] as const

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
}

test.after(async () => {
  rmSync(folder, { recursive: true })
  await kubectl(['delete', ...account, '--ignore-not-found'])
  await kubectl(['delete', 'clusterrole/dnsfix-test', 'clusterrolebinding/dnsfix-test', '--ignore-not-found'])
})

/** A kubeconfig of a ServiceAccount that has exactly these rules. */
async function userWith(rules: readonly Rule[]): Promise<string> {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'dnsfix-test' },
    rules,
  }
  const user = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dnsfix-test', namespace: 'default' } }
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'dnsfix-test' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'dnsfix-test' },
    subjects: [{ kind: 'ServiceAccount', name: 'dnsfix-test', namespace: 'default' }],
  }
  await kubectl(['apply', '-f', '-'], [role, user, binding].map(o => stringify(o)).join('---\n'))
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '-o', 'json']))
  config.users[0].user = { token: (await kubectl(['create', 'token', 'dnsfix-test', '-n', 'default'])).trim() }
  const path = join(folder, 'kubeconfig.json')
  writeFileSync(path, JSON.stringify(config))
  return path
}

const printed: readonly Rule[] = parse(clusterRole('check', rules)).rules
const printedForVerify: readonly Rule[] = parse(clusterRole('verify', [...rules, ...pathRules])).rules
const without = (resource: string, all = printed) =>
  all
    .map(rule => ({ ...rule, resources: rule.resources.filter(r => r !== resource) }))
    .filter(r => r.resources.length > 0)

test('gets the whole verdict with exactly the rights that README.md prints', async () => {
  const config = await userWith(printed)
  const report = await checkUntil('the rights to work', r => r.verdict === 'healthy', ['--kubeconfig', config])
  assert.equal(report.skipped, [])
  assert.equal(codesIn(report, ['error', 'warning', 'info']), [])
})

for (const resource of ['nodes/proxy', 'pods/portforward', 'pods/log', 'endpointslices', 'configmaps']) {
  test(`is told that ${resource} is missing, and what that leaves out`, async () => {
    const config = await userWith(without(resource))
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

test('proves names from Pods with exactly the rights that README.md prints for it', async () => {
  const config = await userWith(printedForVerify)
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
    const config = await userWith(without(resource, printedForVerify))
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
  const config = await userWith(printed)
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
