import type http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Line, overLine } from './line.ts'
import { json, rejection, type TestClient, versions } from './server.ts'

const test = suite('silent connections')

const idle = new AbortController().signal
const watchPath = '/api/v1/pods?watch=1'
const event = '{"type":"ADDED","object":{}}\n'

/** Answers at once, but begins a watch, never answers `/hang`, and takes longer for `/slow` than silence may last. */
function api(watches: http.ServerResponse[] = []) {
  return versions['HTTP/2']((request, response) => {
    if (request.url === '/hang') return
    if (request.url === '/slow') setTimeout(json, 6500, response, 'slow')
    else if (request.url === watchPath) {
      response.write(event)
      watches.push(response)
    } else json(response, request.method)
  })
}

/** A watch that has begun; `seen` counts its events. */
async function watching(client: TestClient) {
  const counted = { seen: 0 }
  let begun = () => {}
  const first = new Promise<void>(resolve => {
    begun = resolve
  })
  const onEvent = () => {
    counted.seen++
    begun()
  }
  const end = client.watch(watchPath, onEvent, idle)
  await Promise.race([first, end])
  return { counted, end }
}

/** With less time for a request than it takes to find out by a ping. */
test('after a time-out on a frozen connection the next request takes another', async () => {
  const use = async (client: TestClient, { freeze, connections }: Line) => {
    for (const round of [1, 2]) {
      assert.is(await client.get('/api'), 'GET')
      assert.is(connections(), round)
      freeze()
      const limits = { fixedTimeoutMs: 200 }
      const both = [client.get('/api', limits), client.delete('/api', {}, limits)]
      for (const each of both.map(rejection)) assert.is((await each).kind, 'timeout')
    }
    assert.is(await client.delete('/api'), undefined)
    assert.is(connections(), 3)
  }
  await overLine(api(), use, '2s')
})

test('a connection that freezes while it opens holds up nobody but those who wait for it', async () => {
  await overLine(api(), async (client, { freeze, connections }) => {
    const first = rejection(client.get('/api', { timeoutMs: 200 }))
    while (connections() === 0) await new Promise(setImmediate)
    freeze()
    assert.is((await first).kind, 'timeout')
    assert.is(await client.get('/api'), 'GET')
  })
})

test('a time-out while others get answers keeps the connection', async () => {
  await overLine(api(), async (client, { connections }) => {
    const hanging = rejection(client.get('/hang', { timeoutMs: 300 }))
    await client.get('/api')
    assert.is((await hanging).kind, 'timeout')
    assert.is(await client.get('/api'), 'GET')
    assert.is(connections(), 1)
  })
})

test('a time-out while nothing else comes leaves a watch where it is', async () => {
  const watches: http.ServerResponse[] = []
  await overLine(api(watches), async (client, { connections }) => {
    const { counted, end } = await watching(client)
    assert.is((await rejection(client.get('/hang', { timeoutMs: 200 }))).kind, 'timeout')
    assert.is(await client.get('/api'), 'GET')
    assert.is(connections(), 2)
    for (const each of watches) each.end(event)
    await end
    assert.is(counted.seen, 2)
  })
})

/** With a time limit far beyond the silence: it is not what ends the watch and brings the answer. */
const frozen = () =>
  overLine(
    api(),
    async (client, { freeze, connections }) => {
      const { end } = await watching(client)
      freeze()
      const answers = [client.get('/api'), client.get('/api')]
      const post = rejection(client.post('/api', {}))
      const lost = await rejection(end)
      assert.equal([lost.kind, lost.message], ['unreachable', 'the connection was lost: not even a ping is answered'])
      assert.equal(await Promise.all(answers), ['GET', 'GET'])
      assert.is((await post).kind, 'unreachable')
      assert.is(connections(), 2)
    },
    '60s',
  )

const quiet = () => {
  const watches: http.ServerResponse[] = []
  return overLine(api(watches), async (client, { connections }) => {
    const { counted, end } = await watching(client)
    assert.is(await client.get('/slow'), 'slow')
    for (const each of watches) each.end(event)
    await end
    assert.is(counted.seen, 2)
    assert.is(connections(), 1)
  })
}

test('a frozen connection ends by itself; one that is only quiet stays, with its watch and a slow answer', async () => {
  const both = await Promise.allSettled([frozen(), quiet()])
  for (const each of both) if (each.status === 'rejected') throw each.reason
})

test.run()
