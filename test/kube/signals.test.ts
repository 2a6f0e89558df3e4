import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, clientFor, json, listen, rejection, type TestClient, versions } from './server.ts'
import { onSockets, tell } from './sockets.ts'

const test = suite('signals')

for (const [version, serve] of Object.entries(versions)) {
  test(`${version}: what was asked without a signal goes on when the signal of others aborts, and so does what follows`, async () => {
    const waiting: (() => void)[] = []
    const server = serve((request, response) => {
      if (request.url === '/watch') response.writeHead(200).write('{"type":"ADDED","object":{}}\n')
      else if (request.url === '/wait') waiting.push(() => json(response, 'waited'))
      else if (request.url !== '/hang') json(response, 'after')
    })
    await against(server, async client => {
      const caller = new AbortController()
      const { signal } = caller
      const hanging = rejection(client.get('/hang', { signal }))
      const waited = client.get('/wait')
      await new Promise<void>(resolve => {
        client.watch('/watch', () => resolve(), signal)
      })
      while (waiting.length === 0) await new Promise(setImmediate)
      caller.abort()
      assert.is((await hanging).kind, 'aborted')
      for (const answer of waiting) answer()
      assert.is(await waited, 'waited')
      assert.is(await client.delete('/pod', {}), undefined)
      assert.is(await client.get('/api'), 'after')
    })
  })
}

test('an abort while the connection is made leaves it to the others', async () => {
  const target = await listen(versions['HTTP/2']((_, response) => json(response, 'fine')))
  const pass: (() => void)[] = []
  const gate = net.createServer(socket => {
    pass.push(() => {
      const onward = net.connect(target.port, '127.0.0.1')
      socket.pipe(onward).pipe(socket)
      onward.on('error', () => undefined)
    })
  })
  const { port, close } = await listen(gate)
  const client = clientFor({ server: `https://127.0.0.1:${port}` })
  const caller = new AbortController()
  const first = rejection(client.get('/a', { signal: caller.signal }))
  const second = client.get('/b')
  while (pass.length === 0) await new Promise(setImmediate)
  caller.abort()
  assert.is((await first).kind, 'aborted')
  for (const open of pass) open()
  assert.is(await second, 'fine')
  for (const each of [client, { close }, target]) each.close()
})

test('a WebSocket without a signal goes on, one with it ends', async () => {
  const server = onSockets((socket, { url }) => {
    if (url?.includes('later')) setTimeout(() => tell(socket, 3, '{"status":"Success"}'), 100)
  })
  const run = (client: TestClient, command: string, signal?: AbortSignal) =>
    client.exec('n', 'p', 'c', [command], { signal })
  await against(server, async client => {
    const caller = new AbortController()
    const [hanging, later] = [rejection(run(client, 'hang', caller.signal)), run(client, 'later')]
    caller.abort()
    assert.is((await hanging).kind, 'aborted')
    assert.is((await later).code, 0)
  })
})

test.run()
