import http from 'node:http'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, json, rejection, status, type TestClient } from './server.ts'

const test = suite('failing requests')

test('403 names the missing right', async () => {
  const message =
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "kube-system"'
  const server = http.createServer((_, response) => json(response, status(message, 403), 403))
  await against(server, async client => {
    const error = await rejection(client.get('/api/v1/namespaces/kube-system/pods'))
    assert.is(error.kind, 'forbidden')
    assert.is(error.status, 403)
    assert.equal(error.right, { verb: 'list', group: '', resource: 'pods', namespace: 'kube-system' })
    assert.is(error.message, message)
  })
})

test('each status becomes its kind', async () => {
  const server = http.createServer((request, response) => {
    const code = Number(request.url?.slice(1))
    if (code === 302) response.writeHead(302, { location: '/login', 'content-type': 'text/plain' }).end()
    else json(response, status(`because ${code}`, code), code)
  })
  const kinds = {
    302: 'not-kubernetes',
    401: 'unauthorized',
    404: 'not-found',
    409: 'conflict',
    422: 'invalid',
    500: 'server',
    504: 'timeout',
  }
  await against(server, async client => {
    for (const [code, kind] of Object.entries(kinds)) assert.is((await rejection(client.get(`/${code}`))).kind, kind)
  })
})

test('no token gets into a message', async () => {
  const server = http.createServer((request, response) => {
    response.writeHead(500).end(`upstream refused ${request.headers.authorization}`)
  })
  await against(server, async client => assert.not.match((await rejection(client.get('/api'))).message, 's3cret'))
})

/** Answers the first request after each `begin` with this, the others well. */
function passing(code: number, message: string, headers: Readonly<Record<string, string>>) {
  let asked = 0
  const server = http.createServer((_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    json(response, status(message, code), asked++ === 0 ? code : 200)
  })
  const begin = () => {
    asked = 0
  }
  return { server, begin }
}

const answers = [
  [429, 'slow down', 'GET POST PUT DELETE'],
  [503, 'apiserver is shutting down', 'GET POST PUT DELETE'],
  // It may have been done all the same.
  [500, 'etcdserver: leader changed', 'GET'],
  [500, 'etcdserver: request timed out', 'GET'],
  [500, 'no', ''],
] as const
for (const [code, message, methods] of answers) {
  test(`${code} ${message} with a time to come back: asks again for ${methods || 'nothing'}`, async () => {
    const { server, begin } = passing(code, message, { 'retry-after': '0' })
    await against(server, async client => {
      const asks = {
        GET: () => client.get('/api'),
        POST: () => client.post('/api', {}),
        PUT: () => client.put('/api', {}),
        DELETE: () => client.delete('/api'),
      }
      for (const [method, ask] of Object.entries(asks)) {
        begin()
        const before = client.requests()
        await ask().catch(() => undefined)
        assert.is(client.requests() - before, methods.split(' ').includes(method) ? 2 : 1, method)
      }
    })
  })
}

test('a 503 without a time to come back may have been done: no write is sent again', async () => {
  const { server, begin } = passing(503, 'upstream reset', {})
  await against(server, async client => {
    await client.get('/api')
    begin()
    await rejection(client.put('/api', {}))
    assert.is(client.requests(), 3)
  })
})

test('a server that stays busy is asked three times, and its words are told', async () => {
  const server = http.createServer((_, response) => {
    response.setHeader('retry-after', '0')
    json(response, status('too many requests', 429), 429)
  })
  await against(server, async client => {
    assert.is((await rejection(client.put('/api', {}))).message, 'too many requests')
    assert.is(client.requests(), 3)
  })
})

test('whoever is out of time while waiting hears what the server said', async () => {
  const server = http.createServer((_, response) => {
    response.setHeader('retry-after', '30')
    json(response, status('too many requests', 429), 429)
  })
  await against(server, async client => {
    assert.is((await rejection(client.put('/api', {}, { fixedTimeoutMs: 100 }))).message, 'too many requests')
    assert.is(client.requests(), 1)
  })
})

test('a 503 through the Pod proxy is an answer', async () => {
  const server = http.createServer((_, response) =>
    json(response, status('dial tcp 10.0.0.9:9153: connect: connection refused', 503), 503),
  )
  await against(server, async client => {
    const error = await rejection(client.text('/api/v1/namespaces/kube-system/pods/coredns:9153/proxy/metrics'))
    assert.match(error.message, 'connection refused')
    assert.is(client.requests(), 1)
  })
})

test('asks again when a kept connection had died', async () => {
  let asked = 0
  const server = http.createServer((request, response) => {
    if (++asked === 2) request.socket.destroy()
    else json(response, asked)
  })
  await against(server, async client => {
    await client.get('/api')
    assert.is(await client.get('/api'), 3)
  })
})

test('a server that hangs, before and after its first bytes', async () => {
  const server = http.createServer((request, response) => {
    if (request.url === '/slow') response.write('{')
  })
  await against(server, async client => {
    const errors = await Promise.all(['/hang', '/slow'].map(path => rejection(client.get(path, { timeoutMs: 30 }))))
    assert.equal(
      errors.map(error => [error.kind, error.message]),
      [
        ['timeout', 'no answer within 0.03 s'],
        ['timeout', 'no answer within 0.03 s'],
      ],
    )
  })
})

test('--request-timeout wins over the limit of a request, but not over one that is fixed', async () => {
  for (const [requestTimeout, limits, message] of [
    ['20ms', { timeoutMs: 60_000 }, 'no answer within 0.02 s'],
    ['20ms', { fixedTimeoutMs: 40 }, 'no answer within 0.04 s'],
    ['0', { timeoutMs: 60_000, fixedTimeoutMs: 40 }, 'no answer within 0.04 s'],
  ] as const) {
    const use = async (client: TestClient) =>
      assert.is((await rejection(client.delete('/api', undefined, limits))).message, message)
    await against(
      http.createServer(() => undefined),
      use,
      { options: { requestTimeout } },
    )
  }
})

test('a signal and close end what is under way', async () => {
  const server = http.createServer(() => undefined)
  await against(server, async client => {
    const caller = new AbortController()
    const [first, second] = [client.get('/a', { signal: caller.signal }), client.get('/b')].map(rejection)
    caller.abort()
    assert.is((await first)?.kind, 'aborted')
    client.close()
    assert.is((await second)?.kind, 'aborted')
    assert.is((await rejection(client.get('/c'))).kind, 'aborted')
  })
})

test('a server that closes early', async () => {
  const server = net.createServer(socket => socket.once('data', () => socket.destroy()))
  await against(server, async client => assert.is((await rejection(client.get('/api'))).kind, 'unreachable'))
})

test.run()
