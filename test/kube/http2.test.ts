import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RequestError } from '../../src/kube/failures.ts'
import { against } from './server.ts'
import { data, failure, pki, pkiFile } from './support.ts'

const test = suite('HTTP/2')

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void

const server = (handler: Handler, more: object = {}) =>
  createSecureServer({ cert: pki('server.crt'), key: pki('server.key'), ...more }, handler)

const json = (response: Http2ServerResponse, value: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

test('many requests take one connection, with all headers', async () => {
  const echo = server(({ method, url, headers }, response) => {
    json(response, [method, url, headers.authorization, headers['impersonate-group'], headers[':authority']])
  })
  const options = { as: 'jane', asGroup: ['a', 'b'] }
  await against(
    echo,
    async (client, { port, connections }) => {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => client.get(`/api/${i}`)))
      assert.equal(answers[49], ['GET', '/api/49', 'Bearer s3cret-token', 'a, b', `127.0.0.1:${port}`])
      assert.is(connections(), 1)
      assert.is(client.requests(), 50)
    },
    { options },
  )
})

test('posts a body and shows a client certificate', async () => {
  const echo = server(
    (request, response) => {
      let text = ''
      request.on('data', chunk => {
        text += chunk
      })
      const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate()
      request.on('end', () => json(response, [request.method, subject.CN, JSON.parse(text)], 201))
    },
    { requestCert: true, ca: pki('ca.crt') },
  )
  const user = [`client-certificate: ${pkiFile('client.crt')}`, `client-key-data: ${data('client.key')}`]
  await against(
    echo,
    async client => assert.equal(await client.post('/apis', { a: 1 }), ['POST', 'tester', { a: 1 }]),
    { user },
  )
})

test('large answers, and texts cut at their limit, leave the connection usable', async () => {
  const long = server((request, response) => {
    if (request.url === '/api') json(response, 'x'.repeat(3_000_000))
    else response.end('y'.repeat(3_000_000))
  })
  await against(long, async (client, { connections }) => {
    assert.is((await client.get<string>('/api')).length, 3_000_000)
    assert.is(await client.text('/log', { limitBytes: 10 }), 'yyyyyyyyyy')
    assert.is((await client.get<string>('/api')).length, 3_000_000)
    assert.is(connections(), 1)
  })
})

test('errors keep their status and message, beyond the limit for data too', async () => {
  const message = `dial tcp: ${'m'.repeat(500)}`
  const failing = server((_, response) => json(response, { kind: 'Status', message }, 404))
  await against(failing, async client => {
    const error = (await failure(() => client.text('/api/v1/nodes/n1', { limitBytes: 50 }))) as RequestError
    assert.equal([error.kind, error.status, error.message], ['not-found', 404, message])
  })
})

test('one request out of time leaves the others alone', async () => {
  const partly = server((request, response) => {
    if (request.url !== '/hang') json(response, 'fine')
  })
  await against(partly, async client => {
    const hanging = failure(() => client.get('/hang', { timeoutMs: 20 })) as Promise<RequestError>
    const caller = new AbortController()
    const left = failure(() => client.get('/hang', { signal: caller.signal })) as Promise<RequestError>
    assert.is(await client.get('/api'), 'fine')
    caller.abort()
    assert.equal([(await hanging).kind, (await left).kind], ['timeout', 'aborted'])
    assert.is(await client.get('/api'), 'fine')
  })
})

test('connects anew when the server said goodbye or dropped the connection', async () => {
  for (const part of [
    (session: ServerHttp2Session) => session.goaway(),
    (session: ServerHttp2Session) => session.destroy(),
  ]) {
    let asked = 0
    const leaving = server((_, response) => {
      asked++
      json(response, asked)
    })
    const sessions: ServerHttp2Session[] = []
    leaving.on('session', session => sessions.push(session))
    await against(leaving, async (client, { connections }) => {
      assert.is(await client.get('/api'), 1)
      for (const session of sessions) part(session)
      assert.is(await client.get('/api'), 2)
      assert.is(connections(), 2)
    })
  }
})

test('a connection dropped in the middle of a request: a GET asks again, a POST does not', async () => {
  let asked = 0
  const dropping = server((request, response) => {
    if (++asked % 2 === 0) request.stream.session?.destroy()
    else json(response, asked)
  })
  await against(dropping, async client => {
    assert.is(await client.get('/api'), 1)
    assert.is(await client.get('/api'), 3)
    const error = (await failure(() => client.post('/api', {}))) as RequestError
    assert.is(error.kind, 'unreachable')
  })
})

test('closing the client ends what is under way', async () => {
  const hanging = server(() => undefined)
  await against(hanging, async client => {
    const pending = failure(() => client.get('/api')) as Promise<RequestError>
    setTimeout(() => client.close(), 30)
    assert.is((await pending).kind, 'aborted')
  })
})

test.run()
