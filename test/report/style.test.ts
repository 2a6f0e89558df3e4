import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { row, styleFor, visibleLength, wrap } from '../../src/report/style.ts'

const test = suite('style')

const isColoured = (isTTY: boolean | undefined, env: Record<string, string>): boolean =>
  styleFor(isTTY === undefined ? {} : { isTTY }, env).bad('x') !== 'x'

test('colour is for terminals whose user has not refused it', () => {
  assert.ok(isColoured(true, {}))
  assert.ok(isColoured(true, { NO_COLOR: '' }))
  assert.not.ok(isColoured(true, { NO_COLOR: '1' }))
  assert.not.ok(isColoured(true, { TERM: 'dumb' }))
  assert.not.ok(isColoured(false, {}))
  assert.not.ok(isColoured(undefined, { TERM: 'xterm' }))
})

test('colour has no width', () => {
  const style = styleFor({ isTTY: true }, {})
  for (const paint of [style.bold, style.dim, style.good, style.bad, style.warn])
    assert.is(visibleLength(paint('abc')), 3)
})

test('lines are neither too short to read nor too long', () => {
  const widthOf = (columns?: number) => styleFor(columns === undefined ? {} : { columns }, {}).width
  assert.equal([widthOf(20), widthOf(100), widthOf(400), widthOf()], [60, 100, 140, 120])
})

test('wrapping loses no word and keeps to the width', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 80 }), (text, width) => {
      const lines = wrap(text, width)
      assert.is(lines.join(' '), text.split(/\s+/).filter(Boolean).join(' '))
      assert.ok(lines.every(line => line.length <= width || !line.includes(' ')))
    }),
  )
})

const style = styleFor({ columns: 60 }, {})

test('a note stands at the right edge of the first line, further lines under the text', () => {
  const text = 'one two three four five six seven eight nine ten eleven twelve'
  const [first = '', ...rest] = row('  label   ', text, 'NOTE', style)
  assert.is(first.length, 60)
  assert.ok(first.startsWith('  label   one two') && first.endsWith(' NOTE'))
  assert.ok(rest.length > 0 && rest.every(line => line.startsWith(' '.repeat(10)) && line[10] !== ' '))
})

test('a row without a note ends with its text', () => {
  assert.equal(row('> ', 'text', '', style), ['> text'])
  assert.equal(row('> ', '', '', style), [])
})

test('no row is wider than the terminal, unless a word is', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/)
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('', 'DNS301 UpstreamLoopback'),
      (words, note) => {
        for (const line of row('  so       ', words.join(' '), note, style)) assert.ok(line.length <= 60, line)
      },
    ),
  )
})

test.run()
