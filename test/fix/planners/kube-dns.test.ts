import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ObjectChange, Plan, Refusal } from '../../../src/fix/plan.ts'
import configmap from '../../../src/fix/planners/configmap.ts'
import type { FixContext } from '../../../src/fix/planners/context.ts'
import { configProblems } from '../../../src/kube-dns/config.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { kubeadmConfig, withMaps } from '../../criteria/graded.ts'
import { contextOf, mapPath, recorded } from './contexts.ts'

const test = suite('kube-dns: its ConfigMap')

const stub = recorded('kube-dns-noloopdetect')
const ignored = recorded('kube-dns-1.26-configmap-invalid')

const withData = (data: Record<string, string>, evidence: Evidence = stub): Evidence =>
  withMaps(evidence, { metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { own: 'x' } }, data })

const planned = (context: FixContext): Plan => {
  const way = configmap.plan(context)
  if (way === null || !('changes' in way)) throw new Error(JSON.stringify(way))
  return way
}
const changed = (context: FixContext): ObjectChange => planned(context).changes[0] as ObjectChange
const dataOf = (change: ObjectChange) => change.after?.data as Record<string, string>

test('the founding fault: the ConfigMap is made where the Pods are', () => {
  const change = changed(contextOf(stub, { options: { upstreams: ['8.8.8.8', '8.8.4.4'] } }))
  assert.equal([change.path, change.before, change.awaits], [mapPath('kube-dns'), null, 'kube-dns-loaded'])
  assert.equal(change.after, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    data: { upstreamNameservers: '["8.8.8.8","8.8.4.4"]' },
  })
  assert.ok(change.codes.includes('DNS301'))
})

test('other keys, labels and stub domains survive', () => {
  const data = { federations: 'a=b.example', stubDomains: '{ "old.example": ["10.1.1.1"] }' }
  const options = { stubDomains: { 'corp.example': ['10.1.1.2:54', 'ns.example.com'] } }
  const change = changed(contextOf(withData(data), { options }))
  assert.equal(dataOf(change), {
    federations: 'a=b.example',
    stubDomains: '{"old.example":["10.1.1.1"],"corp.example":["10.1.1.2:54","ns.example.com"]}',
    upstreamNameservers: '["10.0.0.2","10.0.0.3"]',
  })
  assert.equal(change.after?.metadata, change.before?.metadata)
})

test('planned again on the result it changes nothing, whatever the layout of the JSON', () => {
  const options = { upstreams: ['10.0.0.2', '10.0.0.3'] }
  const again = planned(contextOf(withData({ upstreamNameservers: '[ "10.0.0.2",\n "10.0.0.3" ]' }), { options }))
  assert.equal(again.changes, [])
  assert.match(again.notes.join(), /says so already/)
  assert.not.match(again.notes.join(), /dnsmasq/)
})

test('that every DNS Pod starts its dnsmasq anew is said', () => {
  const plan = planned(contextOf(ignored))
  assert.is(plan.changes[0]?.risk, 'restarts')
  assert.match(plan.notes.join(), /starts dnsmasq anew.*may fail/)
})

test('what a kubeadm upgrade does beside it is said', () => {
  const survives = (dns: string) => changed(contextOf(withMaps(stub, kubeadmConfig(dns)))).survives.join('\n')
  assert.match(survives('{}'), /installs CoreDNS beside kube-dns.*set dns\.disabled: true/)
  assert.match(survives('{disabled: true}'), /kubeadm upgrade leaves DNS alone/)
})

test('a ConfigMap that is ignored keeps the entries that kube-dns takes', () => {
  const change = changed(contextOf(ignored))
  assert.is(dataOf(change).upstreamNameservers, '["8.8.8.8","1.1.1.1","9.9.9.9"]')
  assert.equal(change.codes, ['DNS203'])
  assert.match(change.why, /has 4 entries.*ignores the whole ConfigMap/)
})

test('what is kept of it is nothing that Pods could not ask', () => {
  const upstreamNameservers = '["127.0.0.53", "10.0.0.9", "dns.example"]'
  assert.is(dataOf(changed(contextOf(withData({ upstreamNameservers }, ignored)))).upstreamNameservers, '["10.0.0.9"]')
})

test('one that is no JSON gets the resolvers of the nodes', () => {
  const change = changed(contextOf(recorded('kube-dns-1.26-configmap-notjson')))
  assert.is(dataOf(change).upstreamNameservers, '["10.0.0.2","10.0.0.3"]')
})

test('stub domains for which all would be ignored are repaired, and what they lose is said', () => {
  const stubDomains = '{"Corp.Example.": ["10.1.1.1", "10.1.1.1#54"], "lone.example": "10.1.1.3"}'
  const plan = planned(contextOf(withData({ stubDomains })))
  const data = dataOf(plan.changes[0] as ObjectChange)
  assert.is(data.stubDomains, '{"corp.example":["10.1.1.1"],"lone.example":["10.1.1.3"]}')
  assert.equal(configProblems(data), [])
  assert.match(plan.notes.join('\n'), /Corp\.Example\. is written as corp\.example/)
  assert.match(plan.notes.join('\n'), /corp\.example loses "10\.1\.1\.1#54"/)
})

for (const [name, stubDomains, reason] of [
  ['no JSON', 'corp.example=10.1.1.1', /is no JSON object/],
  ['a list', '["10.1.1.1"]', /is no JSON object/],
  ['nothing that is left', '{"corp.example": ["a b"]}', /"corp\.example" with nothing in it/],
  ['no domain', '{"a b": ["10.1.1.1"]}', /"a b" with nothing in it/],
] as const) {
  test(`stub domains of which nobody knows what was meant are refused: ${name}`, () => {
    const way = configmap.plan(contextOf(withData({ stubDomains }))) as Refusal
    assert.match(way.reason, reason)
    assert.ok(way.steps.length > 0)
  })
}

test.run()
