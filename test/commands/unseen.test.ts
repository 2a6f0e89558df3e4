import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { namingUnseen } from '../../src/commands/unseen.ts'
import { ExpectedError } from '../../src/errors.ts'
import { type Finding, finding } from '../../src/finding.ts'
import { failure } from '../kube/support.ts'

const test = suite('what could not be seen before a plan')

const lacking: Finding = finding(
  'DNS901',
  { kind: 'Cluster', name: 'x' },
  { right: 'list nodes', what: 'the list of nodes' },
  'some',
  [],
)
const error = new ExpectedError('There is no upstream.', { code: 'no-upstream', hint: 'Name one', exitCode: 1 })
const failing = (thrown: unknown) => () => Promise.reject(thrown)

test('is named by the error that may come of it, once', async () => {
  const named = (await failure(() => namingUnseen([lacking, lacking], failing(error)))) as unknown as ExpectedError
  assert.is(named.hint, 'Name one; you may not list nodes, so the list of nodes was not seen')
  assert.equal([named.message, named.code, named.exitCode], [error.message, 'no-upstream', 1])
})

test('changes nothing else', async () => {
  const bug = new TypeError('x')
  assert.is(await failure(() => namingUnseen([lacking], failing(bug))).catch(e => e), bug)
  assert.is(await namingUnseen([lacking], async () => 7), 7)
})

test.run()
