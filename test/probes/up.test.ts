import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { relayProber } from '../../src/probes/relay.ts'
import { NotStarted, type Starts } from '../../src/probes/starts.ts'
import { isUp } from '../../src/probes/up.ts'
import { failure } from '../kube/support.ts'
import { sessionOver } from './recorded.ts'

const test = suite('a probe Pod that is up')

const relay = relayProber('coredns:1.14.7')
const begun = 't stdout F .:20053\n'
const listening = `${begun}t stdout F CoreDNS-1.14.7\n`

/** A node on whose disk the relay's log is, one text for each look; the last stays. */
function disk(...logs: readonly (string | null)[]) {
  const asked: string[] = []
  const text = async (path: string) => {
    const log = logs[Math.min(asked.length, logs.length - 1)] ?? null
    asked.push(path)
    if (log === null) throw new RequestError('not-found', 'no such file', { path, status: 404 })
    return log
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
const after = (ms: number, settle: () => void = () => undefined) =>
  starts(() => new Promise<void>(resolve => setTimeout(resolve, ms)).then(settle))

test('is known by what the relay prints once it listens, before its status says so', async () => {
  const { session, asked } = disk(null, begun, listening)
  await isUp(never, session, relay, 1000)
  assert.is(asked.length, 3)
})

test('is not known by what is printed before', async () => {
  const { session } = disk(begun)
  const began = Date.now()
  await isUp(after(500), session, relay, 1000)
  assert.ok(Date.now() - began >= 495)
})

test('is known by its status where nobody may look at the node', async () => {
  const asked: string[] = []
  const text = async (path: string) => {
    asked.push(path)
    throw new RequestError('forbidden', 'no', { path, status: 403 })
  }
  await isUp(after(600), sessionOver({ text }), relay, 1000)
  assert.is(asked.length, 1)
})

test('is known by its status where its program says nothing of the kind', async () => {
  const { session, asked } = disk(listening)
  await isUp(after(300), session, {}, 1000)
  assert.is(asked.length, 0)
})

test('that will not start is told in the words of its status, and the disk is left alone then', async () => {
  const { session, asked } = disk(null)
  const refuse = () => {
    throw new NotStarted('the image cannot be pulled')
  }
  const error = await failure(() => isUp(after(250, refuse), session, relay, 1000))
  assert.ok(error instanceof NotStarted)
  assert.is(error.message, 'the image cannot be pulled')
  const looks = asked.length
  assert.ok(looks > 0)
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.is(asked.length, looks)
})

test.run()
