import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { collect } from './body.ts'
import { type Asked, RequestError, statusError } from './failures.ts'
import { requestOptions } from './http.ts'
import { type Limits, limited } from './limited.ts'
import { networkError } from './network.ts'
import type { Transport } from './transport.ts'

export type Target = { readonly namespace: string; readonly pod: string; readonly port: number }

/** Channels of `v4.channel.k8s.io`: every message starts with the number of its channel. */
const dataChannel = 0
const errorChannel = 1
/** The first two bytes on each channel repeat the port. Source: portforward/websocket.go of the CRI streaming server. */
const portBytes = 2

/**
 * Opens a byte stream to a TCP port in the Pod over a WebSocket.
 * Rejects with a RequestError when the API server refuses; a refusal inside the Pod comes later and destroys the stream with
 * a RequestError that carries the node's words ("connection refused").
 */
export async function openForward(
  transport: Transport,
  { namespace, pod, port }: Target,
  limits: Limits,
): Promise<Duplex> {
  const [space, name] = [namespace, pod].map(encodeURIComponent)
  const path = `/api/v1/namespaces/${space}/pods/${name}/portforward?ports=${port}`
  // The verb that counts is `create`, whatever the handshake is.
  const asked: Asked = { method: 'POST', path }
  const socket = await limited(limits, signal => connect(transport, asked, signal)).catch(cause => {
    throw networkError(cause, path)
  })
  const stream = asStream(socket, path)
  for (const signal of limits.signals) linkAbort(stream, signal)
  return stream
}

async function connect(transport: Transport, asked: Asked, signal: AbortSignal): Promise<WebSocket> {
  const { WebSocket } = await import('ws')
  const { agent, headers, path } = requestOptions(transport, asked.path)
  const address = transport.server.origin.replace(/^http/, 'ws') + path
  const socket = new WebSocket(address, ['v4.channel.k8s.io'], { agent, headers, perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      socket.terminate()
      reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('open', () => {
      // What arrives before the stream listens must wait.
      socket.pause()
      signal.removeEventListener('abort', giveUp)
      resolve(socket)
    })
    socket.on('error', reject)
    socket.on('unexpected-response', (request, response) => {
      collect(response, response.statusCode, response.headers, 4096)
        .then(received => reject(statusError(asked, { ...received, body: received.body.toString() })), reject)
        .finally(() => request.destroy())
    })
  })
}

/** Gives the data channel as a stream; the error channel ends it. */
function asStream(socket: WebSocket, path: string): Duplex {
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) =>
      socket.send(Buffer.concat([Buffer.of(dataChannel), chunk]), error => done(error ?? null)),
    // The protocol has no half-close: the answer to the last write must still come through.
    final: done => done(),
    destroy: (error, done) => {
      socket.terminate()
      done(error)
    },
  })
  // Somebody may not be listening when the Pod refuses; the next use of the stream tells.
  stream.on('error', () => undefined)
  const take = withoutPort()
  socket.on('message', message => {
    const { channel, body } = take(message)
    if (body.length === 0) return
    if (channel === errorChannel) stream.destroy(new RequestError('server', body.toString().trim(), { path }))
    if (channel === dataChannel && !stream.push(body)) socket.pause()
  })
  socket.on('error', cause => stream.destroy(networkError(cause, path) as Error))
  socket.on('close', () => stream.push(null))
  return stream
}

/** Splits messages into channel and body, without the port that comes first on each channel. */
function withoutPort() {
  const left = new Map([dataChannel, errorChannel].map(channel => [channel, portBytes]))
  return (message: Buffer): { readonly channel: number; readonly body: Buffer } => {
    const channel = message[0] ?? -1
    const skip = Math.min(left.get(channel) ?? 0, message.length - 1)
    left.set(channel, (left.get(channel) ?? 0) - skip)
    return { channel, body: message.subarray(1 + skip) }
  }
}

function linkAbort(stream: Duplex, signal: AbortSignal | undefined): void {
  const end = () => stream.destroy()
  signal?.addEventListener('abort', end, { once: true })
  stream.once('close', () => signal?.removeEventListener('abort', end))
}
