import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { restoreScript } from '../../../src/fix/node/restore-script.ts'
import { failureOn } from '../../../src/fix/node/words.ts'
import { writeScript } from '../../../src/fix/node/write-script.ts'

const test = suite('words for what went wrong on a node')

const on = { node: 'w1', file: '/var/lib/kubelet/config.yaml' }
const failing = (problem: string, reason = '') =>
  failureOn(
    on,
    [
      { key: '', value: 'cp: No space left on device' },
      { key: 'problem', value: problem },
      { key: 'reason', value: reason },
    ],
    'unchanged',
  )

test('every problem that a script stops at has words of its own', () => {
  const names = [...`${writeScript}${restoreScript}`.matchAll(/\bstop ([a-z-]+) /g)].map(([, name = '']) => name)
  assert.ok(names.length > 10)
  const unworded = failing('never heard of').message
  for (const name of names.filter(n => n !== 'write'))
    assert.is.not(failing(name).message, unworded, `no words for ${name}`)
})

test('what a program said stands in for a reason, and no token goes through', () => {
  assert.match(failing('write').message, /could not be written: cp: No space left on device\. Nothing was changed/)
  assert.match(failing('kubeadm', 'Bearer abcdefgh12345 is no good').message, /failed: Bearer … is no good/)
})

test.run()
