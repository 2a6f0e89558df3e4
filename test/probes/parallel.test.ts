import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inParallel } from '../../src/probes/parallel.ts'
import { failure } from '../kube/support.ts'

const test = suite('many at once')

const unfailing = () => assert.unreachable('nothing failed')

test('each once, so many at a time', async () => {
  const seen: number[] = []
  let [underWay, most] = [0, 0]
  const run = async (i: number) => {
    seen.push(i)
    most = Math.max(most, ++underWay)
    await new Promise(resolve => setImmediate(resolve))
    underWay--
  }
  await inParallel(10, 3, run, unfailing)
  assert.equal(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.is(most, 3)
})

test('fewer than could be', async () => {
  let runs = 0
  await inParallel(2, 32, async () => runs++, unfailing)
  await inParallel(0, 32, async () => runs++, unfailing)
  assert.is(runs, 2)
})

test('after a failure nothing more is begun; it is thrown once the others have ended', async () => {
  const slow = Promise.withResolvers<void>()
  const events: string[] = []
  const run = async (i: number) => {
    events.push(`begin ${i}`)
    if (i === 1) throw new Error('first')
    await slow.promise
    events.push(`end ${i}`)
    if (i === 2) throw new Error('second')
  }
  const all = failure(() =>
    inParallel(9, 3, run, () => {
      events.push('failed')
      slow.resolve()
    }),
  )
  assert.is((await all).message, 'first')
  assert.equal(events, ['begin 0', 'begin 1', 'begin 2', 'failed', 'end 0', 'end 2', 'failed'])
})

test.run()
