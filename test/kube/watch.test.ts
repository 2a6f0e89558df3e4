import type http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WatchEvent } from '../../src/kube/client.ts'
import { against, cut, rejection, type TestClient, versions } from './server.ts'
import { failure } from './support.ts'

const test = suite('watch')

/** The head goes out at once, as from an API server. */
const begun =
  (handler: (response: http.ServerResponse, request: http.IncomingMessage) => void): http.RequestListener =>
  (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    handler(response, request)
  }

const line = (type: string, name: string) => `${JSON.stringify({ type, object: { name } })}\n`
const path = '/api/v1/pods?watch=1'
const idle = new AbortController().signal

/** What a watch hands on until it ends; `after` is called with each event. */
function watching(client: TestClient, signal = idle, after: (event: WatchEvent<{ name: string }>) => void = () => {}) {
  const seen: string[] = []
  const end = client.watch<{ name: string }>(
    path,
    event => {
      seen.push(`${event.type} ${event.object.name}`)
      after(event)
    },
    signal,
  )
  return { seen, end }
}

for (const [version, over] of Object.entries(versions)) {
  const serve = (handler: Parameters<typeof begun>[0]) => over(begun(handler))

  test(`${version}: hands on events as they come, however they are split, until the server ends`, async () => {
    const bytes = Buffer.from(line('ADDED', 'äöü') + line('MODIFIED', '🙂') + line('DELETED', 'c'))
    const server = serve(async response => {
      for (const byte of bytes) {
        response.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
      response.end(line('ERROR', 'gone') + line('BOOKMARK', 'd').trim())
    })
    await against(server, async client => {
      const { seen, end } = watching(client)
      assert.is(await end, undefined)
      assert.equal(seen, ['ADDED äöü', 'MODIFIED 🙂', 'DELETED c', 'ERROR gone', 'BOOKMARK d'])
      assert.is(client.requests(), 1)
    })
  })

  test(`${version}: asks for no compression, and an event is there before the end`, async () => {
    const server = serve((response, { headers }) => {
      response.write(line('ADDED', String(headers['accept-encoding'])))
    })
    await against(server, async client => {
      const caller = new AbortController()
      const { seen, end } = watching(client, caller.signal, () => caller.abort())
      await end
      assert.equal(seen, ['ADDED undefined'])
    })
  })

  test(`${version}: a connection that breaks is an error, and the client goes on`, async () => {
    let asked = 0
    const server = serve((response, request) => {
      if (++asked > 1) response.end('{}')
      else response.write(line('ADDED', 'a') + line('ADDED', 'b').slice(0, 9), () => setTimeout(cut, 10, request))
    })
    await against(server, async client => {
      const { seen, end } = watching(client)
      assert.is((await rejection(end)).kind, 'unreachable')
      assert.equal(seen, ['ADDED a'])
      assert.equal(await client.get('/api'), {})
    })
  })

  test(`${version}: a line that is no event is an error`, async () => {
    for (const broken of ['{"type":"ADDED","obj\n', '<html>\n', '7\n', 'null\n', '{"type":"ADDED"}\n', '{"type":"A']) {
      const server = serve(response => response.end(line('ADDED', 'a') + broken))
      await against(server, async client => {
        const { seen, end } = watching(client)
        const error = await rejection(end)
        assert.equal([error.kind, error.message, seen.length], ['server', 'a line of the watch is no event', 1])
      })
    }
  })

  test(`${version}: the caller's signal ends it at once and well, closing the client with an error`, async () => {
    const closed: string[] = []
    const server = serve(response => {
      response.on('close', () => closed.push('closed'))
      response.write(line('ADDED', 'a') + line('ADDED', 'b'))
    })
    await against(server, async client => {
      const caller = new AbortController()
      const { seen, end } = watching(client, caller.signal, () => caller.abort())
      await end
      assert.equal(seen, ['ADDED a'])
      while (closed.length === 0) await new Promise(setImmediate)
      const second = watching(client, idle, () => setImmediate(() => client.close()))
      assert.is((await rejection(second.end)).kind, 'aborted')
    })
  })

  test(`${version}: the time limit is for the head alone`, async () => {
    const server = serve(response => {
      setTimeout(() => response.end(line('ADDED', 'late')), 600)
    })
    const use = async (client: TestClient) => {
      const { seen, end } = watching(client)
      await end
      assert.equal(seen, ['ADDED late'])
    }
    await against(server, use, { options: { requestTimeout: '300ms' } })
  })

  test(`${version}: what the caller throws comes back, and ends the watch`, async () => {
    const closed: string[] = []
    const server = serve(response => {
      response.on('close', () => closed.push('closed'))
      response.write(line('ADDED', 'a'))
    })
    await against(server, async client => {
      const own = new Error('own')
      const { end } = watching(client, idle, () => {
        throw own
      })
      assert.is(await failure(() => end), own)
      while (closed.length === 0) await new Promise(setImmediate)
    })
  })
}

test.run()
