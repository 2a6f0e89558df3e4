import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Journal, journalData, type StepState } from '../../../src/fix/journal-text.ts'
import type { KubeObject } from '../../../src/fix/plan.ts'
import planner from '../../../src/fix/planners/restore.ts'
import { mountedCorefile } from '../../../src/snapshot/corefiles.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy } from '../../clusters.ts'
import { changeOf, contextOf, planned, refusalOf } from './repairs.ts'

const test = suite('planners/restore')

const path = '/api/v1/namespaces/kube-system/configmaps/coredns'
const good = mountedCorefile(healthy)?.text ?? ''

/** The healthy cluster with these texts in the ConfigMap of CoreDNS. */
const withTexts = (data: Readonly<Record<string, string>>): Evidence => ({
  ...healthy,
  configMaps: healthy.configMaps.map(c => (c.metadata.name === 'coredns' ? { ...c, data } : c)),
})

const textOf = (after: KubeObject | null): string | undefined =>
  (after?.data as Readonly<Record<string, string>> | undefined)?.Corefile

const unknown = good.replace('cache 30', 'cashe 30\n    proxy . 10.0.0.2')
const unclosed = good.replace(/\}\n$/, '')

interface Kept {
  readonly id: string
  readonly day: string
  readonly state: StepState
  readonly before: string
  readonly after: string
}

/** A journal of an earlier change of the Corefile. */
function journal({ id, day, state, before, after }: Kept): Readonly<Record<string, KubeObject>> {
  const map = (Corefile: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile },
  })
  const change = {
    ...changeOf(planned(planner, withTexts({ Corefile: unclosed }))),
    before: map(before),
    after: map(after),
  }
  const startedAt = `${day}T10:00:00.000Z`
  const kept: Journal = {
    schemaVersion: 1,
    id,
    version: '1.0.0',
    startedAt,
    method: 'configmap',
    state: 'done',
    why: 'the upstream',
    steps: [{ change, state, at: startedAt }],
  }
  const name = `kubectl-dnsfix-${id}`
  const labels = { 'app.kubernetes.io/component': 'journal' }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, ...journalData(kept) }
  return { [`/api/v1/namespaces/kube-system/configmaps/${name}`]: object }
}

const first = good.replace('/etc/resolv.conf', '10.0.0.2 10.0.0.3')
const second = good.replace('/etc/resolv.conf', '10.0.0.4 10.0.0.5')
const older = journal({ id: 'a', day: '2026-11-01', state: 'applied', before: good, after: first })
const newer = journal({ id: 'b', day: '2026-11-02', state: 'applied', before: first, after: second })
const takenBack = journal({ id: 'c', day: '2026-11-03', state: 'undone', before: first, after: second })
const spoilt = journal({ id: 'd', day: '2026-11-04', state: 'applied', before: unclosed, after: unknown })
const damaged = {
  '/api/v1/namespaces/kube-system/configmaps/kubectl-dnsfix-e': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubectl-dnsfix-e', labels: { 'app.kubernetes.io/component': 'journal' } },
    data: { 'journal.json': '{' },
  },
}

const backup = { Corefile: unknown, 'Corefile-backup': good }

type Restored = readonly [
  what: string,
  data: Readonly<Record<string, string>>,
  more: Readonly<Record<string, KubeObject>>,
  text: string,
  why: RegExp,
]
const cases: readonly Restored[] = [
  [
    'what the newest journal wrote',
    { Corefile: unknown },
    { ...older, ...newer },
    second,
    /what fix wrote on 2026-11-02 \(journal b\)/,
  ],
  [
    'what was there before what was taken back',
    { Corefile: unknown },
    takenBack,
    first,
    /before the fix of 2026-11-03/,
  ],
  [
    'an older journal where the newer has nothing good',
    { Corefile: unknown },
    { ...older, ...spoilt },
    first,
    /journal a/,
  ],
  ['a journal before the back-up of kubeadm', backup, older, first, /journal a/],
  ['the back-up of kubeadm', backup, damaged, good, /Corefile-backup/],
  ['the brace that is missing at the end', { Corefile: unclosed }, {}, good, /missing at its end/],
  ['the brace, where the last line does not end', { Corefile: unclosed.trimEnd() }, {}, good, /missing at its end/],
]
for (const [what, data, more, text, why] of cases)
  test(`put back: ${what}`, () => {
    const change = changeOf(planned(planner, withTexts(data), more))
    assert.is(textOf(change.after), text)
    assert.match(change.why, why)
    assert.equal(change.after, { ...change.before, data: { ...data, Corefile: text } }, 'nothing else is changed')
    assert.is(change.awaits, 'corefile-loaded')
    assert.equal(change.codes, ['DNS201'])
  })

test('a ConfigMap that is gone is made again from the journal', () => {
  const evidence = { ...healthy, configMaps: healthy.configMaps.filter(c => c.metadata.name !== 'coredns') }
  const change = changeOf(planned(planner, evidence, older))
  assert.is(change.before, null)
  assert.is(change.path, path)
  assert.is(textOf(change.after), first)
  assert.equal(change.codes, ['DNS204'])
})

/** A } is missing further up. CoreDNS takes the last one for both, and what stands between for options of the plugin. */
const openInside = good.replace('        fallthrough in-addr.arpa ip6.arpa\n    }\n', '')
const openHealth = good.replace('    ready\n', '    health {\n    ready\n')

const refusals: readonly (readonly [what: string, data: Readonly<Record<string, string>>, reason: RegExp])[] = [
  ['a plugin that CoreDNS does not have any more', { Corefile: unknown }, /line \d+: .*proxy/],
  ['a brace is missing further up', { Corefile: openInside }, /does not know option forward of kubernetes/],
  [
    'a brace is missing further up, and the last one too',
    { Corefile: openInside.replace(/\}\n$/, '') },
    /never closed/,
  ],
  [
    'the same after a plugin whose options are not judged',
    { Corefile: openHealth.replace(/\}\n$/, '') },
    /never closed/,
  ],
  ['the brace is not all', { Corefile: unknown.replace(/\}\n$/, '') }, /never closed/],
  [
    'a back-up that this CoreDNS refuses',
    { Corefile: unclosed.replace('errors', 'proxy . 10.0.0.2'), 'Corefile-backup': unknown },
    /never closed/,
  ],
  ['no key', { other: 'x' }, /has no key Corefile/],
]
for (const [what, data, reason] of refusals)
  test(`refused: ${what}`, () => {
    const refusal = refusalOf(planned(planner, withTexts(data)))
    assert.match(refusal.reason, reason)
    assert.match(refusal.steps.join(), 'coredns')
  })

test('a ConfigMap that could not be read whole is not written', () => {
  const context = contextOf(withTexts(backup))
  assert.match(refusalOf(planner.plan({ ...context, objects: new Map() })).reason, 'could not be read')
})

test('what CoreDNS refused, and seems right, is not replaced by something older', () => {
  const line = '[ERROR] plugin/reload: Corefile changed but reload failed: Unknown directive "homegrown"'
  const logs = healthy.logs.map(l => ({ ...l, text: `${l.text}${line}\n` }))
  const refusal = refusalOf(planned(planner, { ...healthy, logs }, older))
  assert.match(refusal.reason, 'homegrown')
})

test('a Corefile as it should be is no concern', () => assert.is(planned(planner, healthy, older), null))

test.run()
