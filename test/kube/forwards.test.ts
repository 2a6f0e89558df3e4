import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import type { RequestError } from '../../src/kube/failures.ts'
import { against } from './server.ts'
import { echo, kubelet, read, tell } from './sockets.ts'

const test = suite('port-forward of several ports')

const say = async (stream: Duplex | undefined, text: string) => {
  stream?.write(text)
  return stream && read(stream, text.length)
}

test('one socket, a stream for each port in order, the same port twice', async () => {
  const seen: string[][] = []
  await against(kubelet(echo, seen), async client => {
    const streams = await client.forwards('n', 'p', [53, 9153, 53])
    assert.equal(await Promise.all(streams.map(s => read(s, 3))), ['53:', '9153:', '53:'])
    assert.equal(await Promise.all(streams.map((s, i) => say(s, `hello ${i}`))), ['hello 0', 'hello 1', 'hello 2'])
    assert.equal(seen, [['53', '9153', '53']])
    assert.is(client.requests(), 1)
  })
})

test('no ports is no request; more than a hundred take another socket', async () => {
  const seen: string[][] = []
  const ports = Array.from({ length: 205 }, (_, i) => 1000 + i)
  await against(kubelet(echo, seen), async client => {
    assert.equal(await client.forwards('n', 'p', []), [])
    assert.is(client.requests(), 0)
    const streams = await client.forwards('n', 'p', ports)
    const texts = await Promise.all(streams.map(s => read(s, 5)))
    assert.equal(
      texts,
      ports.map(port => `${port}:`),
    )
    assert.equal(
      seen.map(each => each.length).sort((a, b) => a - b),
      [5, 100, 100],
    )
    assert.is(client.requests(), 3)
  })
})

test('a refusal ends its stream with the words of the node, and leaves the others', async () => {
  const refuse = (socket: WebSocket, ports: readonly string[]) => {
    echo(socket, ports)
    tell(socket, 3, 'error forwarding port 54 to pod p: connection refused\n')
  }
  await against(kubelet(refuse), async client => {
    const [first, second, third] = await client.forwards('n', 'p', [53, 54, 55])
    assert.is(await say(third, '55:'), '55:')
    assert.is(second?.destroyed, true)
    assert.is((second?.errored as RequestError).message, 'error forwarding port 54 to pod p: connection refused')
    assert.is(await read(first as Duplex, 3), '53:')
  })
})

test('closing one stream leaves the others, closing all closes the socket', async () => {
  const sockets: WebSocket[] = []
  const server = kubelet((socket, ports) => {
    sockets.push(socket)
    echo(socket, ports)
  })
  await against(server, async client => {
    const [first, second] = await client.forwards('n', 'p', [53, 54])
    assert.equal([await read(first as Duplex, 3), await read(second as Duplex, 3)], ['53:', '54:'])
    first?.destroy()
    assert.is(await say(second, 'still'), 'still')
    assert.is(sockets[0]?.readyState, 1)
    const closed = once(sockets[0] as WebSocket, 'close')
    second?.destroy()
    await closed
  })
})

test('the end of the socket is the end of all streams, and what came before is there', async () => {
  const cut = (socket: WebSocket) => {
    tell(socket, 0, 'a')
    socket.send(Buffer.from('\x02b'), () => socket.terminate())
  }
  await against(kubelet(cut), async client => {
    const streams = await client.forwards('n', 'p', [53, 54, 55])
    assert.equal(await Promise.all(streams.map(s => read(s))), ['a', 'b', ''])
  })
})

test('a stream that is not read loses nothing, and holds up the others until it is read or closed', async () => {
  const part = 'x'.repeat(100_000)
  const flood = (socket: WebSocket) => {
    for (let i = 0; i < 30; i++) tell(socket, 0, part)
    tell(socket, 2, 'small')
  }
  await against(kubelet(flood), async client => {
    const [slow, other] = await client.forwards('n', 'p', [53, 54])
    const small = read(other as Duplex, 5)
    while (slow && slow.readableLength < 1024 * 1024) await new Promise(setImmediate)
    await client.forwards('n', 'p', [53]).then(([own]) => read(own as Duplex, 3_000_000))
    assert.ok(slow && slow.readableLength < 2_000_000)
    assert.is((await read(slow as Duplex, 3_000_000)).length, 3_000_000)
    assert.is(await small, 'small')
    const [full, free] = await client.forwards('n', 'p', [53, 54])
    while (full && full.readableLength < 1024 * 1024) await new Promise(setImmediate)
    full?.destroy()
    assert.is(await read(free as Duplex, 5), 'small')
  })
})

test.run()
