import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { grants, grantsYaml } from '../../../src/rbac.ts'
import { kubectl } from '../../cluster/api.ts'
import { shell } from '../../cluster/cluster.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { type Cutter, cutter } from '../cutter.ts'
import { allBytes, assertVerdict, contentOf, failsWith, journals, leavingSoon, undoJson, undoWhenFree } from '../fix.ts'
import { dnsfix, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a repair that meets trouble')

const admission = 'admissionregistration.k8s.io/v1'

/** A policy of the cluster that lets nobody change ConfigMap coredns. */
const policy = [
  {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'dnsfix-frozen' },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] }],
      },
      validations: [{ expression: "object.metadata.name != 'coredns'", message: 'DNS is frozen over Christmas' }],
    },
  },
  {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'dnsfix-frozen' },
    spec: { policyName: 'dnsfix-frozen', validationActions: ['Deny'] },
  },
]

test('from a policy that refuses it ends before anything is changed, in the words of the policy', () =>
  leavingSoon(variant, async () => {
    const before = await allBytes()
    try {
      await kubectl(['create', '-f', '-'], policy.map(o => stringify(o)).join('---\n'))
      await until('the policy to count', 30, async () => {
        const tried = await shellKubectl('label configmap coredns a=b --dry-run=server')
        return /frozen/.test(tried) ? true : new Missing('not yet')
      })
      const message = await failsWith('plan-refused', 2, ['fix', '--yes'])
      assert.match(message, /An admission policy refuses .*coredns.*DNS is frozen over Christmas/s)
      assert.equal(await journals(), [])
      assert.equal(await allBytes(), before)
    } finally {
      await kubectl(['delete', `validatingadmissionpolicies/${policy[0]?.metadata.name}`, '--ignore-not-found'])
      await kubectl(['delete', `validatingadmissionpolicybindings/${policy[1]?.metadata.name}`, '--ignore-not-found'])
    }
  }))

/** What kubectl says on the control plane, whatever comes of it. */
async function shellKubectl(command: string): Promise<string> {
  const { stdout, stderr } = await shell('cp1', ['kubectl', '-n', 'kube-system', ...command.split(' ')])
  return stdout + stderr
}

test('of rights that are missing names them, with the command that grants them', () =>
  leavingSoon(variant, async () => {
    const [role, binding] = ['clusterrole/kubectl-dnsfix-check', 'clusterrolebinding/dnsfix-reader']
    try {
      await kubectl(['create', '-f', '-'], grantsYaml(grants({ command: 'check' })))
      await kubectl(['create', ...binding.split('/'), '--clusterrole=kubectl-dnsfix-check', '--user=reader'])
      const args = ['fix', '--as', 'reader', '--upstream', '8.8.8.8', '--yes']
      const message = await failsWith('plan-right', 2, args)
      assert.match(message, /You may not list configmaps in namespace kube-system; .*create leases/)
      assert.equal(await journals(), [])
    } finally {
      await kubectl(['delete', role, binding, '--ignore-not-found'])
    }
  }))

/** Returns when the repair has changed the Corefile. */
const begun = (before: string) =>
  until('the Corefile to be changed', 30, async () =>
    (await contentOf('coredns')) === before ? new Missing('') : true,
  )

test('by Ctrl-C in the middle takes back what it did, and says so', () =>
  leavingSoon(variant, async () => {
    const before = await contentOf('coredns')
    const ran = await dnsfix(['fix', '--upstream', '8.8.8.8', '--yes', '-o', 'json'], {}, begun(before))
    assert.is(ran.code, 130, ran.stdout + ran.stderr)
    const report = JSON.parse(ran.stdout)
    assert.is(report.error.code, 'interrupted', ran.stdout)
    assert.match(report.error.message, /configmaps\/coredns.*Everything was taken back/)
    assert.is(await contentOf('coredns'), before)
    assertVerdict(await undoJson(), 'nothing-to-do')
  }))

/** Runs a repair over a wire to the API server that is cut as soon as something is changed. */
async function cutOff(before: string, meanwhile: (wire: Cutter) => Promise<void>) {
  const wire = await cutter()
  try {
    const run = dnsfix(['fix', '--yes', '-o', 'json', '--kubeconfig', wire.kubeconfig])
    await begun(before)
    wire.cut()
    await meanwhile(wire)
    const { code, stdout } = await run
    return { code, stdout, report: JSON.parse(stdout) }
  } finally {
    wire.close()
  }
}

test('by a connection that is lost for some seconds goes on when it is back', () =>
  leavingSoon(variant, async () => {
    const { code, stdout, report } = await cutOff(await contentOf('coredns'), async wire => {
      await sleep(4000)
      wire.mend()
    })
    assert.is(code, 0, stdout)
    assertVerdict(report, 'repaired')
  }))

test('by a connection that is lost for good says what undo takes back, and undo does', () =>
  leavingSoon(variant, async () => {
    const before = await contentOf('coredns')
    const { code, stdout, report } = await cutOff(before, async () => undefined)
    assert.is(code, 2, stdout)
    assert.ok(['server-gone', 'lock-lost'].includes(report.error.code), stdout)
    assert.match(report.error.message + report.error.hint, /kubectl dnsfix undo/)
    assert.is((await undoWhenFree()).verdict, 'undone')
    assert.is(await contentOf('coredns'), before)
  }))

test.run()
