import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ProbeResult, Prober } from '../../src/snapshot/observations.ts'
import { howText, isSilence, judge, type Outcome } from '../../src/snapshot/right.ts'

const test = suite('right')

const question = { name: 'web.shop.svc.cluster.local', type: 'A', about: 'headless', expected: ['10.244.0.7'] } as const
const answers = (...list: readonly string[]): ProbeResult => ({ rcode: 'NOERROR', answers: list, ms: 2 })

const cases: readonly [result: ProbeResult, outcome: Outcome, isSilent: boolean, text: string][] = [
  [answers('10.244.0.9', '10.244.0.7'), 'right', false, '10.244.0.9, 10.244.0.7'],
  [answers('10.244.0.9'), 'wrong', false, '10.244.0.9 instead of 10.244.0.7'],
  [answers(), 'empty', false, 'an empty answer'],
  [{ rcode: 'NXDOMAIN', answers: [], ms: 2 }, 'failed', false, 'NXDOMAIN'],
  [{ rcode: 'SERVFAIL', answers: [], ms: 2040 }, 'failed', false, 'SERVFAIL after 2.0 s'],
  [{ silence: 'timeout', ms: 3000 }, 'silent', true, 'no answer within 3.0 s'],
  [{ silence: 'refused', ms: 1 }, 'silent', true, 'a refused connection'],
  [{ silence: 'unreachable', ms: 1 }, 'silent', true, 'no way there (the network says that it is unreachable)'],
  [{ silence: 'unknown', ms: 0 }, 'failed', false, 'a reply without records'],
]

for (const [result, outcome, isSilent, text] of cases) {
  test(text, () => {
    assert.is(judge({ question, result, protocol: 'udp' }), outcome)
    assert.is(isSilence(result), isSilent)
    assert.is(howText(result, question), text)
  })
}

test('the sidecar shows no records over UDP: NOERROR is enough there, and nowhere else', () => {
  const over = (protocol: 'udp' | 'tcp', prober: Prober) => judge({ question, result: answers(), protocol }, prober)
  assert.equal([over('udp', 'sidecar'), over('tcp', 'sidecar'), over('udp', 'relay')], ['right', 'empty', 'empty'])
})

test.run()
