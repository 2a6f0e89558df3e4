import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { spinner } from '../../src/report/spinner.ts'
import { memoryIo } from '../io.ts'

const test = suite('spinner')

/** What stands on stderr when something has taken longer than a spinner waits. */
async function shown(io: ReturnType<typeof memoryIo>): Promise<string> {
  const shown = spinner('Looking', io)
  await sleep(400)
  shown.say('Asking')
  shown.end()
  return io.err()
}

test('says nothing where nobody looks: a pipe, a dumb terminal, one that is 0 columns wide', async () => {
  const places = [memoryIo(), memoryIo({ isTTY: true, env: { TERM: 'dumb' } }), memoryIo({ isTTY: true, columns: 0 })]
  assert.equal(await Promise.all(places.map(shown)), ['', '', ''])
})

test('ends before it has begun', async () => {
  const io = memoryIo({ isTTY: true })
  spinner('Looking', io).end()
  await sleep(400)
  assert.is(io.err(), '')
})

test.run()
