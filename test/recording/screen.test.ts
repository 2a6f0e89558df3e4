import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tokensOf } from './ansi.ts'
import { screen } from './screen.ts'

const test = suite('the screen of the recording')

/** What is on a screen of 20 columns after that, each line as its text with blanks where there is nothing. */
function textAfter(...sent: readonly string[]): readonly string[] {
  const terminal = screen(20)
  for (const text of sent) terminal.write(text)
  return terminal.lines().map(runs => runs.reduce((line, run) => line.padEnd(run.column) + run.text, '').trimEnd())
}

function runsAfter(sent: string) {
  const terminal = screen(20)
  terminal.write(sent)
  return terminal.lines()[0]
}

test('text, new lines and lines that are too long', () => {
  assert.equal(textAfter('a\r\n b\r\n'), ['a', ' b', ''])
  assert.equal(textAfter('x'.repeat(20)), ['x'.repeat(20)])
  assert.equal(textAfter('x'.repeat(20), '\r\ny'), ['x'.repeat(20), 'y'])
  assert.equal(textAfter('x'.repeat(21)), ['x'.repeat(20), 'x'])
})

test('what a spinner sends: the line is erased and written again', () => {
  const clear = '\x1b[2K\x1b[1A\x1b[2K\x1b[G'
  assert.equal(textAfter('\x1b[?25l- one\r\n', clear, '- two', '\x1b[2K\x1b[1G', 'done'), ['done', ''])
  assert.equal(textAfter('one two\x1b[4D\x1b[K!'), ['one!'])
  assert.equal(textAfter('one two\x1b[3D\x1b[1K'), ['     wo'])
  assert.equal(textAfter('one\r\ntwo\x1b[1A\r\x1b[J'), [''])
})

test('a sequence that comes in two pieces', () => {
  assert.equal(textAfter('one\x1b', '[2', 'K\rtwo'), ['two'])
  assert.equal(tokensOf('a\x1b[3'), { tokens: [{ kind: 'text', text: 'a' }], rest: '\x1b[3' })
  assert.equal(textAfter('\x1b]0;a title\x07one'), ['one'])
})

test('colours and weights, until they end', () => {
  assert.equal(runsAfter('\x1b[31m\x1b[1m✗\x1b[22m no\x1b[39m \x1b[2mwhy\x1b[0m.'), [
    { column: 0, cells: 1, text: '✗', look: { colour: 'red', bold: true } },
    { column: 1, cells: 3, text: ' no', look: { colour: 'red' } },
    { column: 5, cells: 3, text: 'why', look: { dim: true } },
    { column: 8, cells: 1, text: '.', look: {} },
  ])
  assert.equal(runsAfter('\x1b[1;92mx')?.[0]?.look, { bold: true, colour: 'green' })
  assert.equal(runsAfter('\x1b[32mx\x1b[my')?.[1]?.look, {})
})

test('wide characters take two cells, marks none', () => {
  assert.equal(runsAfter('漢x'), [{ column: 0, cells: 3, text: '漢x', look: {} }])
  assert.equal(runsAfter('e\u0301x')?.[0], { column: 0, cells: 2, text: 'e\u0301x', look: {} })
  assert.equal(textAfter('x'.repeat(19), '漢'), ['x'.repeat(19), '漢'])
})

test('what it does not know it does not draw wrongly', () => {
  assert.throws(() => textAfter('\x1b[5;5H'), /ESC\[5;5H/)
  assert.throws(() => textAfter('\x1b[48;5;1mx'), /ESC\[48m/)
  assert.throws(() => textAfter('\x1b[2J'), /ESC\[2J/)
  assert.throws(() => textAfter('\v'), /control character/)
})

test.run()
