import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { NotStarted, type Starts } from '../../src/probes/starts.ts'
import { isUp } from '../../src/probes/up.ts'
import { failure } from '../kube/support.ts'
import { sessionOver } from './recorded.ts'

const test = suite('a probe Pod that is up')

/** A node on which these containers have files, after so many looks. */
function disk(files: readonly string[], looks = 1) {
  const asked: string[] = []
  const text = async (path: string) => {
    asked.push(path)
    const [, container = ''] = /\/([^/]+)\/0\.log$/.exec(path) ?? []
    if (files.includes(container) && asked.filter(p => p === path).length >= looks) return ''
    throw new RequestError('not-found', 'no such file', { path, status: 404 })
  }
  return { session: sessionOver({ text }), asked }
}

const starts = (started: Starts['started']): Starts => ({
  started,
  assertStanding: () => undefined,
  assertFollowing: () => undefined,
  waiting: () => new Map(),
})
const never = starts(() => new Promise(() => undefined))
const after = (ms: number, settle: () => void) =>
  starts(() => new Promise<void>(resolve => setTimeout(resolve, ms)).then(settle))

test('is seen by what its container writes, before its status says so', async () => {
  const { session, asked } = disk(['relay'], 3)
  await isUp(never, session, ['relay'], 1000)
  assert.is(asked.length, 3)
})

test('is not seen while one of its containers writes nothing', async () => {
  const { session } = disk(['sidecar'])
  const began = Date.now()
  const told = after(500, () => undefined)
  await isUp(told, session, ['sidecar', 'dnsmasq'], 1000)
  assert.ok(Date.now() - began >= 495)
})

test('is seen by its status where nobody may look at the node', async () => {
  const asked: string[] = []
  const text = async (path: string) => {
    asked.push(path)
    throw new RequestError('forbidden', 'no', { path, status: 403 })
  }
  await isUp(
    after(600, () => undefined),
    sessionOver({ text }),
    ['relay'],
    1000,
  )
  assert.is(asked.length, 1)
})

test('that will not start is told in the words of its status, and the disk is left alone then', async () => {
  const { session, asked } = disk([])
  const refuse = () => {
    throw new NotStarted('the image cannot be pulled')
  }
  const error = await failure(() => isUp(after(250, refuse), session, ['relay'], 1000))
  assert.ok(error instanceof NotStarted)
  assert.is(error.message, 'the image cannot be pulled')
  const looks = asked.length
  assert.ok(looks > 0)
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.is(asked.length, looks)
})

test.run()
