import http from 'node:http'
import type { Duplex } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type WebSocket, WebSocketServer } from 'ws'
import { RequestError } from '../../src/kube/failures.ts'
import { against, onTls } from './server.ts'
import { failure } from './support.ts'

const test = suite('port-forward')

const port = Buffer.from([53, 0])
const data = (text: string) => Buffer.from(`\0${text}`)
const ignore = () => undefined

/** A kubelet's side of `v4.channel.k8s.io`: the port on both channels, then what the Pod does. */
function kubelet(pod: (socket: WebSocket) => void, seen: string[] = []): (server: http.Server) => http.Server {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: offered => [...offered][0] ?? false })
  return server =>
    server.on('upgrade', (request, stream, head) => {
      seen.push(`${request.url} ${request.headers.authorization} ${request.headers['sec-websocket-protocol']}`)
      sockets.handleUpgrade(request, stream, head, socket => {
        for (const channel of [0, 1]) socket.send(Buffer.concat([Buffer.of(channel), port]), ignore)
        pod(socket)
      })
    })
}

const echo = (socket: WebSocket) => socket.on('message', message => socket.send(message, ignore))

async function readAll(stream: Duplex, length = Number.POSITIVE_INFINITY): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.length >= length) break
  }
  return text
}

test('carries bytes both ways, over TLS, with the token', async () => {
  const seen: string[] = []
  const server = kubelet(echo, seen)(onTls('server', () => undefined))
  await against(server, async client => {
    const stream = await client.forward('kube-system', 'coredns-1', 53)
    stream.write('hello ')
    stream.write('world')
    assert.is(await readAll(stream, 11), 'hello world')
    assert.is(client.requests(), 1)
    assert.equal(seen, [
      '/api/v1/namespaces/kube-system/pods/coredns-1/portforward?ports=53 Bearer s3cret-token v4.channel.k8s.io',
    ])
  })
})

test('the port may share a message with data, and empty messages are nothing', async () => {
  const server = http.createServer()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: offered => [...offered][0] ?? false })
  server.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, socket => {
      const messages = [Buffer.of(0, 53), Buffer.of(0, 0, 0x41), Buffer.of(0), Buffer.of(1, 53, 0), data('BC')]
      for (const message of messages) socket.send(message, ignore)
    }),
  )
  await against(server, async client => {
    assert.is(await readAll(await client.forward('n', 'p', 53), 3), 'ABC')
  })
})

test('a refusal inside the Pod ends the stream with the words of the node', async () => {
  const words = 'error forwarding port 53 to pod p: dial tcp4 127.0.0.1:53: connect: connection refused'
  const server = kubelet(socket => {
    socket.send(Buffer.from(`\x01${words}\n`), ignore)
  })(http.createServer())
  await against(server, async client => {
    const stream = await client.forward('n', 'p', 53)
    const error = await failure(() => readAll(stream))
    assert.instance(error, RequestError)
    assert.is(error.message, words)
    assert.is(stream.destroyed, true)
  })
})

test('nobody listening to a refusal is no crash', async () => {
  const server = kubelet(socket => socket.send(Buffer.from('\x01connection refused'), ignore))(http.createServer())
  await against(server, async client => {
    const stream = await client.forward('n', 'p', 53)
    stream.resume()
    await new Promise(resolve => stream.once('close', resolve))
    assert.match(stream.errored?.message ?? '', 'connection refused')
  })
})

test('the end of the connection is the end of the stream', async () => {
  const server = kubelet(socket => socket.send(data('bye'), () => socket.terminate()))(http.createServer())
  await against(server, async client => assert.is(await readAll(await client.forward('n', 'p', 53)), 'bye'))
})

test('a long answer arrives whole', async () => {
  const part = 'x'.repeat(60_000)
  const server = kubelet(socket => {
    for (let i = 0; i < 10; i++) socket.send(data(part), ignore)
  })(http.createServer())
  await against(server, async client => {
    const text = await readAll(await client.forward('n', 'p', 53), 600_000)
    assert.is(text.length, 600_000)
  })
})

test('closing the client ends its streams', async () => {
  await against(kubelet(echo)(http.createServer()), async client => {
    const stream = await client.forward('n', 'p', 53)
    const closed = new Promise(resolve => stream.once('close', resolve))
    client.close()
    await closed
  })
})

test.run()
