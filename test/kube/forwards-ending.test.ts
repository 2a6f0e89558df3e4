import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import { against, rejection, type TestClient } from './server.ts'
import { echo, kubelet, refusing } from './sockets.ts'

const test = suite('port-forward of several ports: refused and ended')

test('a refused upgrade', async () => {
  await against(refusing(403, 'pods "p" is forbidden'), async client => {
    const error = await rejection(client.forwards('n', 'p', [53, 54]))
    assert.equal([error.kind, error.status, error.right?.verb], ['forbidden', 403, 'create'])
  })
})

test('when one of several sockets is refused, the others are closed', async () => {
  const sockets: WebSocket[] = []
  const server = kubelet(socket => sockets.push(socket))
  const [accept] = server.listeners('upgrade')
  server.removeAllListeners('upgrade').on('upgrade', (...upgrade) => {
    const [request, stream] = upgrade
    const isFirst = request.url?.split('ports=').length === 101
    if (isFirst) accept?.call(server, ...upgrade)
    else setTimeout(() => stream.end('HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nfull'), 20)
  })
  await against(server, async client => {
    const error = await rejection(client.forwards('n', 'p', Array(101).fill(53)))
    assert.is(error.message, 'full')
    while (sockets[0]?.readyState !== 3) await new Promise(setImmediate)
  })
})

test('a signal and close end all streams of a group', async () => {
  const ends: ((caller: AbortController, client: TestClient) => void)[] = [
    c => c.abort(),
    (_, client) => client.close(),
  ]
  for (const end of ends) {
    await against(kubelet(echo), async client => {
      const caller = new AbortController()
      const streams = await client.forwards('n', 'p', [53, 54], caller.signal)
      const closed = Promise.all(streams.map(s => once(s, 'close')))
      end(caller, client)
      await closed
      assert.ok(streams.every(s => s.destroyed))
    })
  }
})

test.run()
