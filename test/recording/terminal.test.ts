import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installed, testWith } from '../skip.ts'
import { play } from './terminal.ts'

const test = suite('the terminal of the recording')

const at = { columns: 77, rows: 11, env: { WHO: 'me' } }
const needs = [installed('script', 'bsdutils')]

testWith(test, needs, 'it is a terminal of that size, and the question is answered', async () => {
  const line = `test -t 0 && test -t 1 && stty size; printf 'Sure, %s? [y/N] ' $WHO; read -r said; echo "said $said"; exit 3`
  const { pieces } = await play({ line, code: 3, answer: 'y' }, at)
  const all = pieces.map(p => p.text).join('')
  assert.is(all, '11 77\r\nSure, me? [y/N] y\r\nsaid y\r\n')
  assert.is(pieces.filter(p => p.asks).length, 1)
  assert.equal(
    pieces.map(p => p.ms),
    pieces.map(p => p.ms).toSorted((a, b) => a - b),
  )
})

testWith(test, needs, 'a command that ends otherwise than it must is no recording', async () => {
  try {
    await play({ line: 'echo no; exit 4', code: 0 }, at)
  } catch (error) {
    assert.match(String(error), /ended with 4, not 0. It wrote:\nno/)
    return
  }
  assert.unreachable()
})

test.run()
