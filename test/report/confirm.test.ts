import { PassThrough } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../src/errors.ts'
import type { Io } from '../../src/io.ts'
import { confirm } from '../../src/report/confirm.ts'
import { failure } from '../kube/support.ts'

const test = suite('the question before a change')

/** A terminal at which somebody types. */
function terminal(signal = new AbortController().signal) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const said: string[] = []
  const stderr = { isTTY: true, write: (text: string) => said.push(text) }
  return { io: { stdin, stderr, signal } as unknown as Io, stdin, said }
}

const answers: readonly (readonly [typed: string, isYes: boolean])[] = [
  ['y\n', true],
  ['yes\n', true],
  ['Y\r\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
  ['ok\n', false],
  ['no\ny\n', false],
]

for (const [typed, isYes] of answers)
  test(`${JSON.stringify(typed)} is ${isYes ? 'yes' : 'no'}, and then the terminal is left alone`, async () => {
    const { io, stdin, said } = terminal()
    stdin.write(typed)
    assert.is(await confirm('Sure? ', io), isYes)
    assert.equal([said, stdin.isPaused(), stdin.listenerCount('data')], [['Sure? '], true, 0])
  })

test('a line that the end of the input cuts short counts', async () => {
  const { io, stdin } = terminal()
  stdin.end('y')
  assert.is(await confirm('Sure? ', io), true)
})

test('the end of the input is no, on a line of its own', async () => {
  const { io, stdin, said } = terminal()
  stdin.end()
  assert.is(await confirm('Sure? ', io), false)
  assert.equal(said, ['Sure? ', '\n'])
})

test('Ctrl-C is its own answer', async () => {
  const leaving = new AbortController()
  const { io, stdin } = terminal(leaving.signal)
  setTimeout(() => leaving.abort(new Error('left')), 20)
  assert.is(((await failure(() => confirm('Sure? ', io))) as Error).message, 'left')
  assert.is(stdin.listenerCount('data'), 0)
})

test('who cannot be asked is told so, and nothing is asked', async () => {
  const { io, stdin, said } = terminal()
  stdin.isTTY = false
  stdin.write('y\n')
  const { stdin: _, ...deaf } = terminal().io
  for (const each of [io, deaf as Io]) {
    const error = await failure(() => confirm('Sure? ', each))
    assert.ok(error instanceof ExpectedError)
    const { code, exitCode, hint } = error
    assert.equal([code, exitCode, hint], ['needs-yes', 2, 'Say so beforehand with --yes'])
  }
  assert.equal(said, [])
})

test.run()
