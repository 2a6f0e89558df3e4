import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { filmOf, type Piece } from './film.ts'

const test = suite('the film of the recording')

const size = { columns: 20, rows: 5 }
const film = (...pieces: readonly Piece[]) => filmOf([{ line: 'run', pieces }], size)
const times = (seconds: number) => Number(seconds.toFixed(2))

/** When a text stands there. */
function spans(of: ReturnType<typeof filmOf>, text: string) {
  const shown = of.shown.filter(({ runs }) => runs.map(run => run.text).join('') === text)
  return shown.map(({ row, from, to }) => ({ row, from: times(from), to: to === null ? null : times(to) }))
}

test('the command is typed, then it answers', () => {
  const made = film({ ms: 200, text: 'yes\r\n' })
  assert.equal(spans(made, '$'), [{ row: 0, from: 0, to: 0.35 }])
  assert.equal(spans(made, '$ run'), [{ row: 0, from: 0.35, to: null }])
  assert.equal(spans(made, 'yes'), [{ row: 1, from: 0.9, to: null }])
  assert.is(times(made.seconds), 5.9)
})

test('waits become shorter, and a spinner that only turns is not a change', () => {
  const made = film(
    { ms: 500, text: '⠋ look' },
    { ms: 1500, text: '\r⠙ look' },
    { ms: 9000, text: '\r⠹ wait' },
    { ms: 9200, text: '\r\x1b[2Kdone' },
  )
  assert.equal(spans(made, '⠋ look'), [{ row: 1, from: 1.2, to: 1.8 }])
  assert.equal(spans(made, '⠙ look'), [])
  assert.equal(spans(made, '⠹ wait'), [{ row: 1, from: 1.8, to: 2 }])
  assert.equal(spans(made, 'done'), [{ row: 1, from: 2, to: null }])
})

test('who is asked has the time to read', () => {
  const made = film({ ms: 0, text: 'Sure? ', asks: true }, { ms: 1, text: 'y\r\n' })
  assert.equal(spans(made, 'Sure? y'), [{ row: 1, from: 5.7, to: null }])
})

test('what comes at once and does not fit is read from its top, then from its end', () => {
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i}\r\n`)
  const made = film(...lines.map((text, i) => ({ ms: i, text })))
  const scrolls = made.scrolls.map(({ at, row }) => ({ at: times(at), row }))
  assert.equal(scrolls, [
    { at: 0, row: 0 },
    { at: 5.7, row: 9 },
  ])
})

test('a line more scrolls by a line, and the next command begins at the top', () => {
  const lines = Array.from({ length: 5 }, (_, i) => ({ ms: i * 200, text: `line ${i}\r\n` }))
  const made = filmOf(
    [
      { line: 'one', pieces: lines },
      { line: 'two', pieces: [] },
    ],
    size,
  )
  assert.equal(
    made.scrolls.map(({ row }) => row),
    [0, 1, 2, 7],
  )
  assert.is(spans(made, '$ two')[0]?.row, 7)
})

test.run()
