import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { counted, elapsed, progressOn } from './progress.ts'

function recorder(isTTY: boolean) {
  const lines: string[] = []
  return { isTTY, lines, write: (text: string) => lines.push(text) }
}

/** A clock that goes on by as many seconds with every look. */
function clock(seconds: number): () => number {
  let now = 0
  return () => {
    now += seconds * 1000
    return now
  }
}

test('times read as people say them', () => {
  assert.is(elapsed(0), '0 s')
  assert.is(elapsed(59_400), '59 s')
  assert.is(elapsed(125_000), '2 min 05 s')
})

test('a part says which it is of how many, in one column', () => {
  assert.is(counted('kube-proxy', 2, 14), '[ 3/14] kube-proxy')
  assert.is(counted('kubectl', 13, 14), '[14/14] kubectl')
})

test('without a terminal a part is one line', async () => {
  const out = recorder(false)
  assert.is(await progressOn(out, clock(90))('etcd', async () => 7), 7)
  assert.equal(out.lines, ['etcd: 1 min 30 s\n'])
})

test('on a terminal the line is replaced when the part is done', async () => {
  const out = recorder(true)
  await progressOn(out, clock(3))('etcd', async () => undefined)
  assert.equal(out.lines, ['etcd ...', '\r\x1b[Ketcd: 3 s\n'])
})

test('a failure is said and passed on', async () => {
  const out = recorder(false)
  const failing = progressOn(out, clock(3))('etcd', async () => {
    throw new Error('no space left')
  })
  await failing.then(assert.unreachable, error => assert.is(error.message, 'no space left'))
  assert.equal(out.lines, ['etcd: failed after 3 s\n'])
})

test.run()
