import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { answerLines, failures, faultOf } from '../../src/snapshot/outcomes.ts'
import type { PodAnswer } from '../../src/snapshot/snapshot.ts'
import { clusterQuestion, externalQuestion, healthy } from '../clusters.ts'

const test = suite('outcomes')

const answer = (result: PodAnswer['result'], expected: readonly string[] = [], pod = 'coredns-a'): PodAnswer => ({
  pod,
  question: { ...externalQuestion, expected },
  result,
})
const said = (rcode: string, answers: readonly string[] = [], ms = 3) => ({ rcode, answers, ms })

const faults: readonly [result: PodAnswer['result'], expected: readonly string[], fault: string | null][] = [
  [said('NOERROR', ['203.0.113.1']), [], null],
  [said('NOERROR', ['203.0.113.1']), ['203.0.113.1'], null],
  [said('NOERROR', ['192.0.2.1', '203.0.113.1']), ['203.0.113.1', '203.0.113.2'], null],
  [said('NOERROR', ['2001:db8::1']), ['2001:DB8:0::1'], null],
  [said('NOERROR'), [], 'an empty answer'],
  [said('NOERROR'), ['203.0.113.1'], 'an empty answer'],
  [said('NOERROR', ['192.0.2.1']), ['203.0.113.1', '203.0.113.2'], '192.0.2.1 instead of 203.0.113.1 or 203.0.113.2'],
  [said('NXDOMAIN'), [], 'NXDOMAIN'],
  [said('REFUSED'), ['203.0.113.1'], 'REFUSED'],
  [said('SERVFAIL', [], 999), [], 'SERVFAIL'],
  [said('SERVFAIL', [], 2004), [], 'SERVFAIL after 2.0 s'],
  [{ silence: 'timeout', ms: 6003 }, [], 'no answer within 6.0 s'],
  [{ silence: 'refused', ms: 3 }, [], 'a refused connection'],
  [{ silence: 'closed', ms: 3 }, [], 'a closed connection and no answer'],
]
for (const [result, expected, fault] of faults) {
  test(`${JSON.stringify(result)} is ${fault ?? 'right'}`, () => assert.is(faultOf(answer(result, expected)), fault))
}

test('Pods that fail alike stand together, whatever the time took', () => {
  const answers = [
    answer({ silence: 'timeout', ms: 6001 }),
    answer({ silence: 'timeout', ms: 6099 }, [], 'coredns-b'),
    answer(said('REFUSED'), [], 'coredns-b'),
    { ...answer(said('SERVFAIL')), question: clusterQuestion },
  ]
  const external = failures({ pods: healthy.pods, answers }, 'external')
  assert.equal(
    external.map(f => [f.how, f.pods.map(p => p.metadata.name)]),
    [
      ['no answer within 6.0 s', ['coredns-a', 'coredns-b']],
      ['REFUSED', ['coredns-b']],
    ],
  )
  assert.equal(
    failures({ pods: healthy.pods, answers }, 'cluster').map(f => f.how),
    ['SERVFAIL'],
  )
  assert.equal(failures(healthy, 'external'), [])
})

test('answers as lines of evidence', () => {
  assert.equal(answerLines([answer(said('REFUSED')), answer(said('NOERROR', ['192.0.2.1']))]), [
    { source: 'coredns-a, asked over TCP', text: 'example.com A: REFUSED' },
    { source: 'coredns-a, asked over TCP', text: 'example.com A: right' },
  ])
})

test.run()
