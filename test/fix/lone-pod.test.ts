import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { restartsLone, withLoneNote } from '../../src/fix/lone-pod.ts'
import type { KubeObject, ObjectChange } from '../../src/fix/plan.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { healthy } from '../clusters.ts'
import { configMap, nodeChange, objectChange, planOf } from './changes.ts'

const test = suite('lone Pod')

const lone: Evidence = { ...healthy, pods: healthy.pods.slice(0, 1) }
const node = lone.pods[0]?.spec.nodeName ?? ''
const edit: ObjectChange = {
  ...objectChange(configMap('a') as KubeObject, configMap('b')),
  awaits: 'corefile-loaded',
}
const deaf: Evidence = {
  ...lone,
  configMaps: lone.configMaps.map(map => ({
    ...map,
    data: { ...map.data, Corefile: (map.data?.Corefile ?? '').replace(/^ +reload\n/m, '') },
  })),
}

test('a plan that restarts it says what becomes of it', () => {
  for (const [evidence, plan] of [
    [deaf, planOf(edit)],
    [lone, planOf(nodeChange(node, 'a', 'b'))],
  ] as const) {
    assert.ok(restartsLone(plan, evidence))
    const { notes } = withLoneNote({ ...plan, notes: ['first'] }, evidence)
    assert.is(notes[0], 'first')
    assert.match(notes[1] ?? '', /Deployment kube-system\/coredns gets a second one while it is restarted/)
  }
})

test('where there is no second one to be had, that is said', () => {
  const workloads = lone.workloads.map(w => ({ ...w, kind: 'DaemonSet' as const }))
  const { notes } = withLoneNote(planOf(nodeChange(node, 'a', 'b')), { ...lone, workloads })
  assert.match(notes[0] ?? '', /names fail while it is restarted/)
})

test('other plans say nothing of it', () => {
  for (const [evidence, plan] of [
    [healthy, planOf(nodeChange(node, 'a', 'b'))],
    [lone, planOf(edit)],
    [lone, planOf(nodeChange('elsewhere', 'a', 'b'))],
    [deaf, planOf({ ...edit, awaits: 'nothing' })],
    [{ ...lone, pods: [] }, planOf(nodeChange(node, 'a', 'b'))],
  ] as const)
    assert.is(withLoneNote(plan, evidence), plan)
})

test.run()
