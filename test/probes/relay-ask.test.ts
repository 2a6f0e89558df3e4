import type { Socket } from 'node:net'
import { mock } from 'node:test'
import type { Packet } from 'dns-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import type { Ask } from '../../src/probes/prober.ts'
import { type Asked, putQuestions } from '../../src/probes/relay-ask.ts'
import { answer, type Reply } from '../dns/server.ts'
import { failure } from '../kube/support.ts'
import { upstream } from '../observations.ts'
import { firstPort, withRelay } from './relays.ts'

const test = suite('questions through the relay')

const ask = (address: string, ...names: readonly string[]): Ask => ({
  to: upstream(address),
  protocol: 'udp',
  questions: names.map(name => ({ name, type: 'A', about: 'external', expected: [] })),
})
const nameOf = (query: Packet) => query.questions?.[0]?.name ?? ''
const told = ({ question, answer: given }: Asked) =>
  `${question.name} ${'silence' in given ? given.silence : given.rcode}`
const answers: Reply = (query, socket) => socket.write(answer(query))
/** Waits as long as the asker does, without the waiting. */
const untilGivenUp = () => setImmediate(() => mock.timers.tick(3000))
const silentTo =
  (name: string): Reply =>
  (query, socket) => {
    if (nameOf(query) === name) untilGivenUp()
    else answers(query, socket)
  }

test.after.each(() => mock.timers.reset())

test('every question of every target, in order, with IDs of their own', async () => {
  const servers: readonly Reply[] = [
    answers,
    (query, socket) => socket.write(answer(query, nameOf(query) === 'd' ? { rcode: 3 } : {})),
  ]
  await withRelay(servers, async ({ session, opened }) => {
    const asked = await putQuestions(session, [ask('8.8.8.8', 'a', 'b'), ask('8.8.4.4', 'c', 'd', 'e')])
    assert.equal(asked.map(told), ['a NOERROR', 'b NOERROR', 'c NOERROR', 'd NXDOMAIN', 'e NOERROR'])
    assert.equal(
      asked.map(a => `${a.id} ${a.ask.to.address}`),
      ['1 8.8.8.8', '2 8.8.8.8', '3 8.8.4.4', '4 8.8.4.4', '5 8.8.4.4'],
    )
    assert.equal(
      [...opened],
      [
        [firstPort, 1],
        [firstPort + 1, 1],
      ],
    )
  })
})

test('one question after the other on a connection', async () => {
  let underWay = 0
  let most = 0
  const slow: Reply = (query, socket) => {
    most = Math.max(most, ++underWay)
    setImmediate(() => {
      underWay--
      socket.write(answer(query))
    })
  }
  await withRelay([slow], async ({ session }) => {
    assert.is((await putQuestions(session, [ask('8.8.8.8', 'a', 'b', 'c')])).length, 3)
    assert.is(most, 1)
  })
})

test('a relay that does not listen yet is tried again', () =>
  withRelay(
    [answers],
    async ({ session, opened }) => {
      assert.equal((await putQuestions(session, [ask('8.8.8.8', 'a', 'b')])).map(told), ['a NOERROR', 'b NOERROR'])
      assert.is(opened.get(firstPort), 3)
    },
    { absent: 2 },
  ))

test('who is silent to the first question is not asked the rest', async () => {
  const seen: string[] = []
  const silent: Reply = query => {
    seen.push(nameOf(query))
    untilGivenUp()
  }
  mock.timers.enable({ apis: ['setTimeout'] })
  await withRelay([silent], async ({ session, opened }) => {
    assert.equal((await putQuestions(session, [ask('8.8.8.8', 'a', 'b', 'c')])).map(told), ['a timeout'])
    assert.equal(seen, ['a'])
    assert.is(opened.get(firstPort), 1)
  })
})

test('after a silence later on, what is left is asked on connections of its own', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  await withRelay([silentTo('c')], async ({ session, opened }) => {
    const asked = await putQuestions(session, [ask('8.8.8.8', 'a', 'b', 'c', 'd', 'e')])
    assert.equal(asked.map(told), ['a NOERROR', 'b NOERROR', 'c timeout', 'd NOERROR', 'e NOERROR'])
    assert.equal(
      asked.map(a => a.id),
      [1, 2, 3, 4, 5],
    )
    assert.is(opened.get(firstPort), 3)
  })
})

for (const [when, at] of [
  ['before the first answer', 'a'],
  ['in the middle', 'b'],
] as const) {
  test(`a connection that ends ${when} is a failure, not an answer`, async () => {
    const ending: Reply = (query, socket) => (nameOf(query) === at ? socket.end() : answers(query, socket))
    await withRelay([answers, ending], async ({ session }) => {
      const error = await failure(() => putQuestions(session, [ask('8.8.8.8', 'x'), ask('8.8.4.4', 'a', 'b', 'c')]))
      assert.instance(error, RequestError)
      assert.match(error.message, 'the probe Pod p could not be talked to: ')
      assert.is((error as RequestError).path, '/api/v1/namespaces/default/pods/p/portforward')
    })
  })
}

test('an abort ends it, with its reason', async () => {
  const leaving = new AbortController()
  const reply: Reply = (query, socket) => {
    leaving.abort(new Error('Ctrl-C'))
    socket.write(answer(query))
  }
  await withRelay(
    [reply],
    async ({ session }) =>
      assert.is((await failure(() => putQuestions(session, [ask('8.8.8.8', 'a', 'b')]))).message, 'Ctrl-C'),
    { signal: leaving.signal },
  )
})

test('an abort ends the wait for a relay that does not come up', async () => {
  const leaving = new AbortController()
  await withRelay(
    [answers],
    async ({ session }) => {
      const asking = putQuestions(session, [ask('8.8.8.8', 'a')])
      leaving.abort()
      assert.is((await failure(() => asking)).name, 'AbortError')
    },
    { absent: Number.POSITIVE_INFINITY, signal: leaving.signal },
  )
})

test('no connection is left open', async () => {
  const sockets: Socket[] = []
  const keep: Reply = (query, socket) => {
    sockets.push(socket)
    answers(query, socket)
  }
  await withRelay([keep], async ({ session }) => {
    await putQuestions(session, [ask('8.8.8.8', 'a')])
    const [socket] = sockets
    if (!socket?.destroyed) await new Promise(resolve => socket?.once('close', resolve))
    assert.ok(socket?.destroyed)
  })
})

test.run()
