import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { flagSets } from '../src/flag-sets.ts'
import { commands } from '../src/flags.ts'
import { isUpdate } from './golden.ts'
import { manualPage } from './man.ts'
import { outputOf } from './output.ts'
import { root } from './runner.ts'
import { installed, testWith } from './skip.ts'

const test = suite('the manual page')

const path = join(root, 'docs', 'man', 'kubectl-dnsfix.1')

test('is what the flags and commands are now', () => {
  if (isUpdate) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, manualPage())
  }
  assert.is(readFileSync(path, 'utf8'), manualPage(), 'UPDATE=1 npm run test:unit writes docs/man anew')
})

testWith(
  test,
  [installed('man', 'man-db groff-base')],
  'is shown with every command and flag, and without a warning',
  () => {
    const page = outputOf(['man', '-l', '--warnings=w', path], { MANWIDTH: '200', LC_ALL: 'C.UTF-8', MANROFFOPT: '-c' })
    assert.not.match(page, /^(troff|grotty|tbl|man): /m)
    for (const command of commands) {
      assert.match(page, `kubectl dnsfix ${command}`)
      for (const flag of Object.keys(flagSets[command])) assert.match(page, new RegExp(`--(no-)?${flag}\\b`))
    }
  },
)

testWith(test, [installed('mandoc')], 'passes the lint of mandoc', () => {
  // It has no date: it is that of the version.
  const found = outputOf(['mandoc', '-Tlint', '-Wstyle', path], {}, 2)
  assert.equal(
    found.split('\n').filter(line => line !== '' && !line.includes('missing date')),
    [],
  )
})

test.run()
