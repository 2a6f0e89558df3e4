import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import planner, { withLoop } from '../../../src/fix/planners/loop.ts'
import { mountedCorefile } from '../../../src/snapshot/corefiles.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy, withUpstream } from '../../clusters.ts'
import { changeOf, contextOf, planned, refusalOf } from './repairs.ts'

const test = suite('planners/loop')

/** The cluster with its Corefile edited. */
const edited = (evidence: Evidence, edit: (text: string) => string): Evidence => ({
  ...evidence,
  configMaps: evidence.configMaps.map(c =>
    c.data?.Corefile === undefined ? c : { ...c, data: { Corefile: edit(c.data.Corefile) } },
  ),
})

const without = (evidence: Evidence): Evidence => edited(evidence, text => text.replace('    loop\n', ''))

test('the line is put where it was, and nothing else is changed', () => {
  const evidence = withUpstream('10.0.0.2 10.0.0.3')
  const change = changeOf(planned(planner, without(evidence)))
  assert.equal(change.codes, ['DNS205'])
  assert.equal(change.after, { ...change.before, data: { Corefile: mountedCorefile(evidence)?.text } })
  assert.is(change.awaits, 'corefile-loaded')
})

test('it is put in beside another change of the text', () => {
  const context = contextOf(without(withUpstream('10.0.0.2 10.0.0.3')))
  const text = '.:53 {\n    forward . 10.0.0.4 10.0.0.5\n    reload\n}\n'
  assert.is(withLoop(context, text), '.:53 {\n    forward . 10.0.0.4 10.0.0.5\n    loop\n    reload\n}\n')
  assert.is(withLoop(contextOf(healthy), text), text, 'not where it was not found missing')
  assert.is(withLoop(context, '. {'), '. {', 'not where it cannot be')
})

test('where the upstream leads back already, that comes first', () => {
  const refusal = refusalOf(planned(planner, without(withUpstream('127.0.0.53'))))
  assert.match(refusal.steps.join(), 'kubectl dnsfix fix DNS301')
})

const k3s = { version: [{ gitVersion: 'v1.35.4+k3s1' }] }

test('what somebody else keeps is left to him', () => {
  assert.match(refusalOf(planned(planner, { ...without(healthy), ...k3s })).reason, 'k3s writes its own text')
})

const elsewhere = edited(without(healthy), text => text.replace('.:53', '.:5353'))

test('a server block for another port than that of the Service is left alone', () => {
  const refusal = refusalOf(planned(planner, elsewhere))
  assert.match(refusal.reason, 'port 53')
  assert.match(refusal.steps.join(), 'add the line loop')
})

test('the port is the one at which the DNS Pods listen', () => {
  const ports = [{ name: 'dns', containerPort: 5353, protocol: 'UDP' }]
  const pods = elsewhere.pods.map(p => ({
    ...p,
    spec: { ...p.spec, containers: p.spec.containers.map(c => ({ ...c, ports })) },
  }))
  assert.match(JSON.stringify(changeOf(planned(planner, { ...elsewhere, pods })).after), 'loop')
})

test('a ConfigMap that could not be read whole is not written', () => {
  const context = contextOf(without(healthy))
  assert.match(refusalOf(planner.plan({ ...context, objects: new Map() })).reason, 'could not be read')
})

test('a Corefile that has it is no concern', () => assert.is(planned(planner, healthy), null))

test.run()
