import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { probeGap } from '../../src/probes/gaps.ts'
import { NotStarted } from '../../src/probes/starts.ts'

const test = suite('nodes that were not probed')

const path = '/api/v1/namespaces/apps/pods'

test('why, with the node', () => {
  assert.equal(probeGap(new NotStarted('Evicted'), 'w1', undefined), {
    input: 'probes',
    object: 'w1',
    why: 'failed',
    detail: 'Evicted',
  })
  const right = { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace: 'apps' }
  assert.equal(probeGap(new RequestError('forbidden', 'no', { path, right }), 'w1', undefined), {
    input: 'probes',
    object: 'w1',
    why: 'forbidden',
    detail: 'no',
    right: { verb: 'create', group: '', resource: 'pods/portforward', namespace: 'apps' },
  })
})

test('once the time is over, that is why, whatever broke', () => {
  for (const error of [new NotStarted('x'), new DOMException('aborted', 'AbortError'), new Error('x')])
    assert.equal(probeGap(error, 'w1', 90_000), {
      input: 'probes',
      object: 'w1',
      why: 'timeout',
      detail: 'not done within 90 s',
    })
})

test('a bug is no gap', () => assert.is(probeGap(new TypeError('bug'), 'w1', undefined), undefined))

test.run()
