import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, json, onTls, rejection, status, type TestClient } from './server.ts'

const test = suite('watch: started and refused')

const path = '/api/v1/pods?watch=1'
const idle = new AbortController().signal

test('more watches than connections that take turns', async () => {
  const server = onTls('server', ({ url }, response) => {
    if (url === path) response.write('{"type":"ADDED","object":{}}\n')
    else response.end('{}')
  })
  await against(server, async client => {
    const caller = new AbortController()
    let seen = 0
    const all = Array.from({ length: 14 }, () => client.watch(path, () => seen++, caller.signal))
    while (seen < 14) await new Promise(setImmediate)
    assert.equal(await client.get('/api'), {})
    caller.abort()
    await Promise.all(all)
  })
})

test('a watch that is refused, that hangs, and that is cancelled before its start', async () => {
  const server = onTls('server', (request, response) => {
    if (request.url === path) json(response, status('pods is forbidden', 403), 403)
  })
  const use = async (client: TestClient) => {
    const refused = await rejection(client.watch(path, () => undefined, idle))
    assert.equal([refused.kind, refused.message, refused.right?.verb], ['forbidden', 'pods is forbidden', 'watch'])
    const caller = new AbortController()
    const cancelled = rejection(client.watch('/hang', () => undefined, caller.signal))
    caller.abort()
    assert.is((await cancelled).kind, 'aborted')
    assert.is((await rejection(client.watch('/hang', () => undefined, caller.signal))).kind, 'aborted')
    assert.is((await rejection(client.watch('/hang', () => undefined, idle))).kind, 'timeout')
  }
  await against(server, use, { options: { requestTimeout: '200ms' } })
})

test.run()
