import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { patiently, ServerGone } from '../../src/fix/apply-patience.ts'
import type { Waiting } from '../../src/fix/settled-wait.ts'
import { type FailureKind, RequestError } from '../../src/kube/failures.ts'
import { failure } from '../kube/support.ts'

const test = suite('patience')

/** A clock that moves only while somebody waits. */
function waiting(): Waiting {
  let now = 0
  const sleep = async (ms: number) => {
    now += ms
  }
  return { signal: new AbortController().signal, say: () => undefined, clock: { now: () => now, sleep } }
}

const refusal = (kind: FailureKind, status?: number): RequestError =>
  new RequestError(kind, 'no', { path: '/x', status })

test('a server that is away or too busy is asked again', async () => {
  for (const error of [refusal('unreachable'), refusal('timeout'), refusal('server', 503), refusal('server', 429)]) {
    let asked = 0
    const ask = async () => {
      if (asked++ === 0) throw error
      return 'done'
    }
    assert.is(await patiently(waiting(), ask), 'done')
  }
})

test('what it refuses is refused', async () => {
  for (const error of [refusal('forbidden', 403), refusal('conflict', 409), refusal('server', 400), new Error('bug')]) {
    let asked = 0
    const ask = async () => {
      asked++
      throw error
    }
    assert.is(await failure(() => patiently(waiting(), ask)), error)
    assert.is(asked, 1)
  }
})

test('after a minute it is given up', async () => {
  const ask = async () => {
    throw refusal('server', 429)
  }
  assert.instance(await failure(() => patiently(waiting(), ask)), ServerGone)
})

test.run()
