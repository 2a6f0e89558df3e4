import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pauseAfter } from '../src/pause.ts'

const test = suite('the pause before the next look')

test('grows with what was waited, within bounds', () =>
  assert.equal(
    [0, 800, 4000, 8000, 60_000].map(ms => pauseAfter(ms)),
    [100, 100, 500, 1000, 1000],
  ))

test('is no longer than is said', () => assert.is(pauseAfter(60_000, 300), 300))

test.run()
