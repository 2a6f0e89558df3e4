import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../runner.ts'
import { lineOf, tableOf, withTable } from './result.ts'

const test = suite('the table of the bench')

const met = { what: '`check`', measured: '1.2 s', bar: '≤ 10 s', met: true }
const missed = { what: '`fix`', measured: '50 s', bar: '≤ 40 s', met: false }

test('it tells what was missed', () => {
  assert.is(
    tableOf([met, missed], 'On 2 cores.'),
    `| what | measured | bar |
|---|---|---|
| \`check\` | 1.2 s | ≤ 10 s |
| \`fix\` | 50 s (missed) | ≤ 40 s |

On 2 cores.`,
  )
  assert.match(lineOf(missed), /^MISSED {2}`fix` +50 s +bar ≤ 40 s$/)
  assert.match(lineOf(met), /^met /)
})

test('it goes between its marks and leaves the rest alone', () => {
  const document = 'one\n<!-- bench -->\nold\n<!-- /bench -->\ntwo\n'
  assert.is(withTable(document, 'new'), 'one\n<!-- bench -->\nnew\n<!-- /bench -->\ntwo\n')
})

test('without the marks, or with two of them, nothing is written', () => {
  for (const document of ['', '<!-- bench -->', '<!-- /bench --><!-- bench -->'])
    assert.throws(() => withTable(document, 'new'), /once each/)
  const twice = '<!-- bench --><!-- /bench -->'.repeat(2)
  assert.throws(() => withTable(twice, 'new'), /once each/)
})

test('README.md has them', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  assert.match(withTable(readme, 'a new table'), '\n<!-- bench -->\na new table\n<!-- /bench -->\n')
})

test.run()
