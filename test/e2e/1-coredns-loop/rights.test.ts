import * as assert from 'uvu/assert'
import { methods } from '../../../src/options.ts'
import type { RoleRule } from '../../../src/rbac/role-rules.ts'
import type { Grant } from '../../../src/rbac.ts'
import type { JournalList } from '../../../src/report/journals.ts'
import { allBytes, assertVerdict, fixJson, leavingSoon, undoJson } from '../fix.ts'
import { dnsfix, onVariant } from '../tool.ts'
import { forgetUser, printed, userWith, withRules } from '../user.ts'
import { probePods } from '../verify.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a user with few rights repairs the founding fault')
const inDns = ['-n', 'kube-system'] as const

test.after(forgetUser)

for (const method of methods)
  test(`by --method ${method} with exactly what rbac fix prints for it, and undoes it`, () =>
    leavingSoon(variant, async () => {
      const before = await allBytes()
      const config = await userWith(await printed(['fix', '--method', method, ...inDns]))
      const as = ['--kubeconfig', config, ...inDns, '--yes']
      const report = await fixJson(['--method', method, ...as])
      assert.is(report.exit, 0, JSON.stringify([report.error, report.notes]))
      assert.equal([report.verdict, report.plan?.method], ['repaired', method])
      assert.is(report.verify?.verdict, 'healthy')
      const unseen = [...report.findings, ...(report.verify?.findings ?? [])].filter(f => f.code === 'DNS901')
      assert.equal(
        unseen.map(f => f.message),
        [],
      )
      assertVerdict(await undoJson(as), 'undone')
      assert.equal(await allBytes(), before)
    }))

test('by any method with what rbac fix prints without a namespace, proved in another one', () =>
  leavingSoon(variant, async () => {
    const as = ['--kubeconfig', await userWith(await printed(['fix'])), '--yes']
    const report = await fixJson([...as, '-n', 'default'])
    assert.is(report.exit, 0, JSON.stringify([report.error, report.notes]))
    assert.is(report.verify?.verdict, 'healthy')
    assertVerdict(await undoJson(as), 'undone')
  }))

/** Rules for what this cluster does not have: other owners of DNS, and a lone DNS Pod. */
const isElsewhere = ({ apiGroups, resources }: RoleRule): boolean =>
  /helm\.cattle\.io|openshift\.io|scale$/.test([...apiGroups, ...resources].join(' '))

const textOf = ({ apiGroups, resources, verbs, resourceNames = [] }: RoleRule): string =>
  `${verbs.join()} ${[...apiGroups, resources.join(), ...resourceNames].filter(Boolean).join(' ')}`

interface Removal {
  readonly role: Grant
  readonly rule: RoleRule
}

/** Every rule of a manifest that a repair here needs. */
const removals = (grants: readonly Grant[]): readonly Removal[] =>
  grants.flatMap(role => (role.rules ?? []).filter(rule => !isElsewhere(rule)).map(rule => ({ role, rule })))

/** Runs `fix` without one rule: it names what is missing, and ends with everything repaired or with nothing changed. */
async function fixWithout(grants: readonly Grant[], method: string, { role, rule }: Removal): Promise<void> {
  const what = `${method} without ${role.kind} ${role.metadata.namespace ?? ''} ${textOf(rule)}`
  const before = await allBytes()
  const config = await userWith(
    withRules(grants, (rules, own) => (own === role ? rules.filter(r => r !== rule) : rules)),
  )
  const ran = await dnsfix(['fix', '--method', method, '--yes', '-o', 'json', ...inDns, '--kubeconfig', config])
  const told = `${what}: ${ran.stdout}${ran.stderr}`
  const report = JSON.parse(ran.stdout)
  assert.is.not(report.code, 'bug', told)
  assert.ok(
    rule.resources.some(resource => nameOf(resource).test(ran.stdout + ran.stderr)),
    `${resourceText(rule)} is not named: ${told}`,
  )
  assert.equal(await probePods(), [], `Pods are left: ${told}`)
  const isChanged = ['repaired', 'not-proved'].includes(report.verdict)
  const { journals } = JSON.parse((await dnsfix(['undo', '--list', '-o', 'json'])).stdout) as JournalList
  assert.equal(
    journals.filter(j => j.state === 'running'),
    [],
    told,
  )
  if (isChanged) assert.is((await undoJson()).verdict, 'undone', told)
  assert.equal(await allBytes(), before, told)
}

/** As the API server says it (`cannot get resource "pods/log"`), and as this program does (`may not create leases.coordination.k8s.io`). */
const nameOf = (resource: string): RegExp =>
  new RegExp(`(?:may not|cannot) \\w+ (?:resource \\\\?")?${resource}(?!\\w)`)
const resourceText = ({ resources }: RoleRule): string => resources.join(' or ')

/** What only reads is asked for in the same place by every method. */
const isWriting = ({ rule }: Removal): boolean => rule.verbs.some(verb => /^(create|update|patch|delete)$/.test(verb))

for (const [method, isTried] of [
  ['configmap', () => true],
  ['kubelet', isWriting],
] as const)
  test(`by --method ${method} without any one rule is told which, and nothing is left half done`, () =>
    leavingSoon(variant, async () => {
      const grants = await printed(['fix', '--method', method, ...inDns])
      const all = removals(grants).filter(isTried)
      assert.ok(all.length > 3, 'the manifest has rules')
      for (const removal of all) await fixWithout(grants, method, removal)
    }))

test.run()
