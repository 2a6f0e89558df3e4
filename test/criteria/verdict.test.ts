import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze, type Verdict } from '../../src/analyze.ts'
import { type Criterion, criteriaOf, verdictOf } from '../../src/criteria/criteria.ts'
import { rules } from '../../src/rules/index.ts'
import { pathRules } from '../../src/rules/path/index.ts'
import type { Evidence, Gap } from '../../src/snapshot/snapshot.ts'
import { handingOut, healthy } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'
import { observationsOf, probesOf, type Spec } from '../matrix.ts'
import { plan } from './graded.ts'

const test = suite('the verdict of verify')

const cases: readonly [analysis: Verdict, resolves: Criterion['status'] | 'absent', verdict: Verdict][] = [
  ['healthy', 'passed', 'healthy'],
  ['healthy', 'failed', 'degraded'],
  ['healthy', 'unknown', 'unknown'],
  ['healthy', 'absent', 'unknown'],
  ['degraded', 'failed', 'degraded'],
  ['degraded', 'unknown', 'degraded'],
  ['broken', 'passed', 'broken'],
  ['unknown', 'passed', 'unknown'],
  ['unknown', 'failed', 'unknown'],
]
for (const [verdict, status, expected] of cases) {
  test(`${verdict} by its rules, and names that resolve everywhere are ${status}: ${expected}`, () => {
    const criteria = status === 'absent' ? [] : [{ id: 'resolves-everywhere', status, evidence: [] } as const]
    assert.is(verdictOf({ verdict }, criteria, snapshotOf(healthy)), expected)
  })
}

const address = '169.254.169.254'
const outside: Evidence = {
  ...healthy,
  ...handingOut(address),
  ...{ pods: [], workloads: [], services: [], endpointSlices: [] },
  ...{ answers: [], metrics: [], logs: [], configMaps: [] },
}

function outsideVerdict(words: string, gaps: readonly Gap[] = []): readonly Verdict[] {
  const spec: Spec = { cp1: { [address]: 'ok' }, w1: { [address]: words } }
  const evidence = { ...outside, observations: observationsOf(spec), probes: probesOf(spec) }
  const snapshot = snapshotOf(evidence, { plan, gaps })
  const analysis = analyze(snapshot, [...rules, ...pathRules])
  return [analysis.verdict, verdictOf(analysis, criteriaOf(snapshot, analysis), snapshot)]
}

test('where Pods ask a server outside the cluster, right answers from every node are enough', () => {
  assert.equal(outsideVerdict('ok'), ['unknown', 'healthy'])
  assert.equal(outsideVerdict('timeout'), ['degraded', 'degraded'])
})

test('what could not be looked at is never healthy there', () => {
  const refused: Gap = { input: 'pods', why: 'forbidden', detail: 'not allowed' }
  const late: Gap = { input: 'kubelets', object: 'w2', why: 'timeout', detail: 'no answer' }
  assert.equal(outsideVerdict('ok', [refused]), ['unknown', 'unknown'])
  assert.equal(outsideVerdict('ok', [late]), ['unknown', 'unknown'])
})

test.run()
