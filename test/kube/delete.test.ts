import type http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, cut, json, onTls, rejection, status, versions } from './server.ts'

const test = suite('delete')

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void

const whole =
  (handler: Handler): http.RequestListener =>
  (request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => handler(request, response, body))
  }

const path = '/api/v1/namespaces/n/pods/p'

for (const [version, serve] of Object.entries(versions)) {
  test(`${version}: sends its options, or nothing`, async () => {
    const seen: unknown[] = []
    const server = serve(
      whole(({ method, url, headers }, response, body) => {
        seen.push([method, url, headers['content-type'], headers['content-length'], body])
        json(response, { kind: 'Pod' })
      }),
    )
    await against(server, async client => {
      const options = { gracePeriodSeconds: 0, preconditions: { uid: 'ä' } }
      assert.is(await client.delete(path, options), undefined)
      assert.is(await client.delete(path), undefined)
      const text = JSON.stringify(options)
      assert.equal(seen, [
        ['DELETE', path, 'application/json', String(Buffer.byteLength(text)), text],
        ['DELETE', path, undefined, undefined, ''],
      ])
    })
  })

  test(`${version}: rejects with what the server says`, async () => {
    const server = serve((_, response) => json(response, status('pods "p" not found', 404), 404))
    await against(server, async client => {
      const error = await rejection(client.delete(path))
      assert.equal([error.kind, error.status, error.message], ['not-found', 404, 'pods "p" not found'])
    })
  })

  test(`${version}: asks again when a kept connection died without an answer, not when a new one did`, async () => {
    let asked = 0
    const server = serve((request, response) => {
      if (++asked === 2) cut(request)
      else json(response, {})
    })
    await against(server, async client => {
      await client.get('/api')
      await client.delete(path)
      assert.is(asked, 3)
    })
    asked = 1
    await against(server, async client => {
      assert.is((await rejection(client.delete(path))).kind, 'unreachable')
      assert.is(client.requests(), 1)
    })
  })

  test(`${version}: an answer that is cut off is not asked for again`, async () => {
    let asked = 0
    const server = serve((request, response) => {
      if (++asked === 1) return json(response, {})
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{', () => setTimeout(() => cut(request), 10))
    })
    await against(server, async client => {
      await client.get('/api')
      assert.is((await rejection(client.delete(path))).kind, 'unreachable')
      assert.is(asked, 2)
    })
  })
}

test('asks again after 429, after 503 only where the server names a time', async () => {
  for (const [code, requests, retryAfter] of [
    [429, 2, '0'],
    [503, 2, '0'],
    [503, 1, ''],
  ] as const) {
    let asked = 0
    const server = onTls('server', (_, response) => {
      if (retryAfter) response.setHeader('retry-after', retryAfter)
      json(response, status('later', code), asked++ === 0 ? code : 200)
    })
    await against(server, async client => {
      if (requests === 1) await rejection(client.delete(path))
      else await client.delete(path)
      assert.is(client.requests(), requests)
    })
  }
})

test('403 names the right, a signal ends it', async () => {
  const server = onTls('server', (request, response) => {
    if (request.url === path) json(response, status('forbidden', 403), 403)
  })
  await against(server, async client => {
    const right = { verb: 'delete', group: '', resource: 'pods', namespace: 'n', name: 'p' }
    assert.equal((await rejection(client.delete(path))).right, right)
    const caller = new AbortController()
    const pending = rejection(client.delete('/hang', {}, { signal: caller.signal }))
    caller.abort()
    assert.is((await pending).kind, 'aborted')
  })
})

test.run()
