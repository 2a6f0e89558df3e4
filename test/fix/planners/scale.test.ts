import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubeObject } from '../../../src/fix/plan.ts'
import planner from '../../../src/fix/planners/scale.ts'
import type { Workload } from '../../../src/snapshot/objects.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy } from '../../clusters.ts'
import { changeOf, contextOf, planned, refusalOf } from './repairs.ts'

const test = suite('planners/scale')

const none: Pick<Evidence, 'pods' | 'endpointSlices' | 'answers'> = { pods: [], endpointSlices: [], answers: [] }
const workloads: readonly Workload[] = healthy.workloads.map(w => ({ ...w, spec: { ...w.spec, replicas: 0 } }))
const zero: Evidence = { ...healthy, ...none, workloads }
const path = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'

test('a Deployment without replicas gets two', () => {
  const change = changeOf(planned(planner, zero))
  assert.is(change.path, path)
  assert.equal(change.codes, ['DNS109'])
  assert.equal(change.after, { ...change.before, spec: { ...(change.before?.spec as object), replicas: 2 } })
  assert.is(change.awaits, 'dns-pods-ready')
})

/** The Deployment, applied by kubectl with this spec. */
function applied(spec: object): Readonly<Record<string, KubeObject>> {
  const before = contextOf(zero).objects.get(path)
  assert.ok(before)
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec }) }
  return { [path]: { ...before, metadata: { ...before.metadata, annotations } } }
}

for (const [what, spec, replicas] of [
  ['as many as its manifest asks for', { replicas: 5 }, 5],
  ['two where the manifest says zero', { replicas: 0 }, 2],
  ['two where the manifest does not say', {}, 2],
] as const)
  test(what, () => {
    const { after } = changeOf(planned(planner, zero, applied(spec)))
    assert.is((after?.spec as { readonly replicas: number }).replicas, replicas)
  })

test('of CoreDNS and kube-dns without replicas CoreDNS gets them', () => {
  const old: Workload = {
    kind: 'Deployment',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { replicas: 0, template: { spec: { containers: [{ name: 'kubedns' }, { name: 'dnsmasq' }] } } },
  }
  const made = planned(planner, { ...zero, workloads: [old, ...workloads] })
  assert.is(changeOf(made).path, path)
  assert.match(made !== null && 'notes' in made ? made.notes.join() : '', 'kube-system/kube-dns stays at zero')
})

test('a Deployment that could not be read whole is not written', () => {
  const refusal = refusalOf(planner.plan({ ...contextOf(zero), objects: new Map() }))
  assert.match(refusal.steps.join(), 'scale deployment/coredns --replicas=2')
})

const missing: Evidence = { ...healthy, ...none, workloads: [] }
for (const [what, evidence, step] of [
  ['kubeadm', missing, 'kubeadm init phase addon coredns --config'],
  ['k3s', { ...missing, version: [{ gitVersion: 'v1.35.4+k3s1' }] }, 'systemctl restart k3s'],
  ['an unknown distribution', { ...missing, configMaps: [] }, 'install the DNS add-on again'],
] as const)
  test(`no DNS server is installed: ${what}`, () =>
    assert.match(refusalOf(planned(planner, evidence)).steps.join(), step))

test('replicas that are there are no concern', () => assert.is(planned(planner, healthy), null))

test.run()
