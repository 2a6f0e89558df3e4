import type http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, cut, json, onTls, rejection, status, versions } from './server.ts'

const test = suite('put')

const path = '/api/v1/namespaces/n/configmaps/c?fieldManager=me'

const bodyOf = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

for (const [version, serve] of Object.entries(versions)) {
  test(`${version}: sends the whole object and hands on the one that comes back`, async () => {
    const seen: unknown[] = []
    const server = serve(async (request, response) => {
      const { method, url, headers } = request
      seen.push([method, url, headers['content-type'], await bodyOf(request)])
      json(response, { metadata: { resourceVersion: '8' } })
    })
    await against(server, async client => {
      const object = { metadata: { name: 'c', resourceVersion: '7' }, data: { Corefile: 'ä\n' } }
      assert.equal(await client.put(path, object), { metadata: { resourceVersion: '8' } })
      assert.equal(seen, [['PUT', path, 'application/json', JSON.stringify(object)]])
    })
  })

  test(`${version}: is not sent again where a kept connection died`, async () => {
    let asked = 0
    const server = serve((request, response) => {
      if (++asked === 2) cut(request)
      else json(response, {})
    })
    await against(server, async client => {
      await client.get('/api')
      assert.is((await rejection(client.put(path, {}))).kind, 'unreachable')
      assert.is(client.requests(), 2)
    })
  })
}

test('what refuses it keeps its words', async () => {
  const webhook = 'admission webhook "validate.kyverno.svc" denied the request: no labels'
  const answers = [
    [409, 'conflict', 'Operation cannot be fulfilled on configmaps "c": the object has been modified'],
    [422, 'invalid', 'ConfigMap "c" is invalid: data[a b]: Invalid value'],
    [400, 'server', webhook],
    [403, 'forbidden', webhook],
  ] as const
  for (const [code, kind, message] of answers) {
    const server = onTls('server', (_, response) => json(response, status(message, code), code))
    await against(server, async client => {
      const error = await rejection(client.put(path, {}))
      assert.equal([error.kind, error.status, error.message], [kind, code, message])
    })
  }
})

test('a right that is missing is named', async () => {
  const server = onTls('server', (_, response) => json(response, status('forbidden', 403), 403))
  await against(server, async client => {
    const right = { verb: 'update', group: '', resource: 'configmaps', namespace: 'n', name: 'c' }
    assert.equal((await rejection(client.put(path, {}))).right, right)
  })
})

test.run()
