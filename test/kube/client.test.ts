import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, clientFor, cut, json, onTls, rejection, type TestClient, versions } from './server.ts'
import { data, expected, inFolder, pkiFile } from './support.ts'

const test = suite('client')

test('gets JSON with the token over a verified connection', async () => {
  const server = onTls('server', (request, response) =>
    json(response, { path: request.url, auth: request.headers.authorization }),
  )
  await against(server, async client => {
    assert.equal(await client.get('/api/v1/nodes?limit=1'), {
      path: '/api/v1/nodes?limit=1',
      auth: 'Bearer s3cret-token',
    })
    assert.is(client.requests(), 1)
    assert.is(client.namespace, 'apps')
    assert.match(client.server, /^https:\/\/127\.0\.0\.1:\d+$/)
  })
})

test('many requests share few connections', async () => {
  const server = onTls('server', (_, response) => json(response, {}))
  await against(server, async (client, { connections }) => {
    await Promise.all(Array.from({ length: 40 }, () => client.get('/api/v1/pods')))
    await client.get('/api/v1/pods')
    assert.ok(connections() <= 12)
    assert.is(client.requests(), 41)
  })
})

test('keeps the path in front of the server URL', async () => {
  const server = http.createServer((request, response) => json(response, request.url))
  await against(server, async (_, { port }) => {
    const client = clientFor({ server: `http://127.0.0.1:${port}/k8s/clusters/c-1/` })
    assert.is(await client.get('/api/v1/nodes'), '/k8s/clusters/c-1/api/v1/nodes')
    client.close()
  })
})

test('posts a body', async () => {
  const server = http.createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () =>
      json(response, { method: request.method, type: request.headers['content-type'], text }, 201),
    )
  })
  await against(server, async client => {
    const told = await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { a: 1 })
    assert.equal(told, { method: 'POST', type: 'application/json', text: '{"a":1}' })
  })
})

test('sends client certificate, impersonation and basic authentication', async () => {
  const seen: http.IncomingHttpHeaders[] = []
  const server = onTls('server', (request, response) => {
    seen.push(request.headers)
    json(response, {})
  })
  const user = [
    'username: jane',
    'password: "1234"',
    `client-certificate-data: ${data('client.crt')}`,
    `client-key: ${pkiFile('client.key')}`,
  ]
  const ask = (client: TestClient) => client.get('/api').then(() => undefined)
  await against(server, ask, { user, options: { as: 'bob', asGroup: ['a', 'b'] } })
  assert.is(seen[0]?.authorization, `Basic ${Buffer.from('jane:1234').toString('base64')}`)
  assert.is(seen[0]?.['impersonate-user'], 'bob')
  assert.is(seen[0]?.['impersonate-group'], 'a, b')
})

test('tls-server-name is checked instead of the host', async () => {
  const server = onTls('elsewhere', (_, response) => json(response, {}))
  const cluster = [`certificate-authority-data: ${data('ca.crt')}`, 'tls-server-name: elsewhere.test.example']
  await against(server, async client => assert.equal(await client.get('/api'), {}), { cluster })
})

test('insecure-skip-tls-verify takes any certificate', async () => {
  const server = onTls('expired', (_, response) => json(response, {}))
  await against(server, async client => assert.equal(await client.get('/api'), {}), {
    cluster: ['insecure-skip-tls-verify: true'],
  })
})

test('reads a compressed answer', async () => {
  const server = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(gzipSync('{"items":[]}'))
  })
  await against(server, async client => assert.equal(await client.get('/api/v1/pods'), { items: [] }))
})

test('a text ends at its limit, between two characters', async () => {
  const server = http.createServer((_, response) => {
    response.write('äöü'.repeat(4))
    response.end('x'.repeat(100_000))
  })
  await against(server, async client => {
    assert.is(await client.text('/api/v1/namespaces/n/pods/p/log', { limitBytes: 5 }), 'äö')
    assert.is(await client.text('/api/v1/namespaces/n/pods/p/log', { limitBytes: 24 }), 'äöü'.repeat(4))
    const error = await rejection(client.get('/api/v1/pods', { limitBytes: 100 }))
    assert.is(error.kind, 'server')
  })
})

for (const [version, serve] of Object.entries(versions)) {
  test(`${version}: a text whose connection is lost in the middle is no text`, async () => {
    const server = serve((request, response) => {
      response.writeHead(200)
      response.write('half', () => setTimeout(cut, 10, request))
    })
    await against(server, async client => assert.is((await rejection(client.text('/log'))).kind, 'unreachable'))
  })
}

test('reads a tokenFile anew for each request', async () => {
  const server = http.createServer((request, response) => json(response, request.headers.authorization))
  await inFolder(async folder => {
    const file = join(folder, 'token')
    const use = async (client: TestClient) => {
      assert.is((await expected(() => client.get('/api'))).code, 'token-unreadable')
      for (const token of ['one', 'two']) {
        writeFileSync(file, `${token}\n`)
        assert.is(await client.get('/api'), `Bearer ${token}`)
      }
      writeFileSync(file, 'two\nlines')
      assert.is((await expected(() => client.get('/api'))).code, 'token-invalid')
    }
    await against(server, use, { user: [`tokenFile: ${file}`] })
  })
})

test.run()
