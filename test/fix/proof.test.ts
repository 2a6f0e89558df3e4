import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import type { Code } from '../../src/catalog.ts'
import type { Plan } from '../../src/fix/plan.ts'
import { judgedProof, type Seen } from '../../src/fix/proof.ts'
import type { Target } from '../../src/snapshot/observations.ts'
import type { Evidence, Snapshot } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, withExternal, withUpstream } from '../clusters.ts'
import { allRules, snapshotOf } from '../fixtures.ts'
import { type Asked, dnsService, observationsOf, planOf, probesOn, silent } from '../observations.ts'
import { nodeChange, objectChange } from './changes.ts'

const test = suite('the proof of a plan')

const nodes = ['cp1', 'w1']
const seen = (evidence: Evidence, rest: Partial<Snapshot> = {}): Seen => {
  const snapshot = snapshotOf(evidence, rest)
  return { snapshot, analysis: analyze(snapshot, allRules) }
}

/** What is seen from Pods after a repair that gave the cluster the upstreams 8.8.8.8 and 8.8.4.4. */
const after = (asked: Partial<Asked> = {}, evidence: Evidence = withUpstream('8.8.8.8 8.8.4.4'), rest = {}): Seen => {
  const own = asked.nodes ?? nodes
  const observations = observationsOf({ nodes, ...asked })
  return seen({ ...evidence, probes: probesOn(own), observations }, { plan: planOf(nodes), ...rest })
}

const repairing = (...codes: readonly Code[]): Plan => {
  const change = objectChange(null, null)
  return { method: 'configmap', changes: [{ ...change, codes }], notes: [] }
}
const founding = repairing('DNS301', 'DNS401')
const before = seen(foundingFault)
const codesOf = (all: readonly { readonly code: Code }[]) => [...new Set(all.map(f => f.code))]

const isFrom = (node: string) => (asking: string) => (asking === node ? silent : undefined)
const isTo = (hit: (to: Target) => boolean) => (_node: string, to: Target) => (hit(to) ? silent : undefined)

test('names resolve from every Pod, and what was to be repaired is gone', () => {
  const nothing = { against: [], still: [], lost: [], isSettled: true }
  assert.equal(judgedProof(founding, before, after()), { state: 'proved', ...nothing })
})

test('what was to be repaired and is still there speaks against it', () => {
  const { state, against } = judgedProof(founding, before, after({}, foundingFault))
  assert.is(state, 'disproved')
  assert.ok(codesOf(against).includes('DNS301'), codesOf(against).join())
})

test('a node whose Pods reach nothing is no fault of a Corefile', () => {
  const { state, against, still, isSettled } = judgedProof(founding, before, after({ fail: isFrom('w1') }))
  assert.equal([state, codesOf(against), isSettled], ['proved', [], false])
  assert.ok(codesOf(still).includes('DNS505'), codesOf(still).join())
})

test('the same after the kubelet of that very node was changed may well come of it', () => {
  const change = { ...nodeChange('w1', 'a', 'b'), codes: ['DNS401'] as const }
  const plan: Plan = { method: 'kubelet', changes: [change], notes: [] }
  const { state, against } = judgedProof(plan, before, after({ fail: isFrom('w1') }))
  assert.is(state, 'disproved')
  assert.ok(codesOf(against).includes('DNS505'), codesOf(against).join())
})

test('an upstream that the plan brought in and that fails speaks against it, one from before does not', () => {
  const one = after({ fail: isTo(to => to.kind === 'upstream' && to.address === '8.8.4.4') })
  const brought = judgedProof(founding, before, one)
  assert.equal([brought.state, codesOf(brought.against)], ['disproved', ['DNS513']])
  const known = judgedProof(repairing('DNS205'), seen(withUpstream('8.8.8.8 8.8.4.4')), one)
  assert.equal([known.state, codesOf(known.still)], ['proved', ['DNS513']])
})

test('a Service path that is broken on one node is none of it, unless the Service was made anew', () => {
  const broken = after({ fail: (node, to) => (node === 'w1' && to === dnsService ? silent : undefined) })
  const { state, still } = judgedProof(founding, before, broken)
  assert.is(state, 'proved')
  assert.ok(codesOf(still).includes('DNS501'), codesOf(still).join())
  const change = objectChange(null, null, '/api/v1/namespaces/kube-system/services/kube-dns')
  const plan: Plan = { method: 'object', changes: [{ ...change, codes: ['DNS101'] }], notes: [] }
  assert.is(judgedProof(plan, before, broken).state, 'disproved')
  const withoutTcp = after({
    fail: (_, to, protocol) => (to === dnsService && protocol === 'tcp' ? silent : undefined),
  })
  assert.ok(codesOf(judgedProof(plan, before, withoutTcp).against).includes('DNS503'))
})

test('an error that was there before and is of another kind is told, and speaks against nothing', () => {
  const silentNow = { rcode: 'NXDOMAIN', answers: [], ms: 3 } as const
  const wrong = withExternal(withUpstream('8.8.8.8 8.8.4.4'), silentNow)
  const { state, still } = judgedProof(repairing('DNS104'), seen(wrong), after({}, wrong))
  assert.equal([state, codesOf(still)], ['proved', ['DNS305']])
})

test('a name that the DNS Pods resolved before, and do not now, speaks against it', () => {
  const worse = withExternal(withUpstream('8.8.8.8 8.8.4.4'), { rcode: 'SERVFAIL', answers: [], ms: 3 })
  const { state, lost, against } = judgedProof(repairing('DNS205'), seen(healthy), after({}, worse))
  assert.equal([state, lost, codesOf(against)], ['disproved', ['example.com'], ['DNS305']])
  const unasked = judgedProof(repairing('DNS205'), seen(healthy), after({}, { ...healthy, answers: [] }))
  assert.equal([unasked.state, unasked.lost], ['proved', []])
})

test('where nothing could be asked nothing is known', () => {
  const none = { probes: [], observations: [] }
  const evidence = { ...withUpstream('8.8.8.8 8.8.4.4'), ...none }
  const blind = seen(evidence, { plan: planOf(nodes) })
  assert.is(judgedProof(founding, before, blind).state, 'unknown')
})

test('where no Pod at all gets an answer, it is not proved, and not disproved', () => {
  const { state, still } = judgedProof(founding, before, after({ fail: () => silent }))
  assert.is(state, 'unknown', codesOf(still).join())
})

test('a node that is down is not waited for', () => {
  const [first, second] = healthy.nodes
  const down = { conditions: [{ type: 'Ready', status: 'Unknown' }] }
  const evidence = { ...withUpstream('8.8.8.8 8.8.4.4'), nodes: [first, { ...second, status: down }] } as Evidence
  const { state } = judgedProof(founding, before, after({ nodes: ['cp1'] }, evidence))
  assert.is(state, 'proved')
  assert.is(judgedProof(founding, before, after({ nodes: ['cp1'] })).state, 'unknown')
})

test('what stays on a node that the plan leaves out is told; on one that it changed it speaks against it', () => {
  const here = (node: string) => (p: Evidence['pods'][number]) => p.spec.nodeName === node
  const looping = foundingFault.pods.filter(here('w1'))
  const half: Evidence = {
    ...withUpstream('/etc/resolv.conf'),
    kubelets: [...healthy.kubelets.slice(0, 1), ...foundingFault.kubelets.slice(1)],
    pods: [...healthy.pods.filter(here('cp1')), ...looping],
    logs: foundingFault.logs.filter(log => looping.some(p => p.metadata.name === log.pod)),
  }
  const on = (node: string): Plan => {
    const codes: readonly Code[] = ['DNS301', 'DNS105', 'DNS401']
    return { method: 'kubelet', changes: [{ ...nodeChange(node, 'a', 'b'), codes }], notes: [] }
  }
  const left = judgedProof(on('cp1'), before, after({ nodes: ['cp1'] }, half))
  assert.equal(codesOf(left.against), [], left.state)
  assert.ok(codesOf(left.still).includes('DNS105'), codesOf(left.still).join())
  assert.is(judgedProof(on('w1'), before, after({ nodes: ['cp1'] }, half)).state, 'disproved')
})

test.run()
