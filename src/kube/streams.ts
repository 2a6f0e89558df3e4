import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { RequestError } from './failures.ts'
import { networkError } from './network.ts'

/** The first two bytes on each channel repeat the port. Source: portforward/websocket.go of the CRI streaming server. */
const portBytes = 2

/** All streams share a socket: a slow reader may leave this much unread before it holds up the others. */
const bufferBytes = 1024 * 1024

type Shared = { readonly socket: WebSocket; readonly open: Set<Duplex>; readonly full: Set<Duplex> }

/**
 * Gives the ports of a port-forward as streams. Every message of `v4.channel.k8s.io` starts with the number of its channel:
 * 2i for the data of port i, 2i+1 for its error, which destroys its stream alone. The last stream to close ends the socket.
 */
export function streamsOver(socket: WebSocket, count: number, path: string): readonly Duplex[] {
  const shared: Shared = { socket, open: new Set(), full: new Set() }
  const streams = Array.from({ length: count }, (_, i) => streamOn(shared, 2 * i))
  const take = withoutPort()
  socket.on('message', message => {
    const { channel, body } = take(message)
    const stream = streams[channel >> 1]
    if (!stream || stream.destroyed || body.length === 0) return
    if (channel % 2 === 1) stream.destroy(new RequestError('server', body.toString().trim(), { path }))
    else if (!stream.push(body)) hold(shared, stream)
  })
  socket.on('error', cause => {
    for (const stream of streams) stream.destroy(networkError(cause, path) as Error)
  })
  socket.on('close', () => {
    for (const stream of streams) stream.push(null)
  })
  socket.resume()
  return streams
}

function streamOn(shared: Shared, channel: number): Duplex {
  const { socket, open } = shared
  const stream: Duplex = new Duplex({
    allowHalfOpen: false,
    readableHighWaterMark: bufferBytes,
    read: () => release(shared, stream),
    write: (chunk: Buffer, _encoding, done) =>
      socket.send(Buffer.concat([Buffer.of(channel), chunk]), error => done(error ?? null)),
    // The protocol has no half-close: the answer to the last write must still come through.
    final: done => done(),
    destroy: (error, done) => {
      open.delete(stream)
      release(shared, stream)
      if (open.size === 0) socket.terminate()
      done(error)
    },
  })
  // Somebody may not be listening when the Pod refuses; the next use of the stream tells.
  stream.on('error', () => undefined)
  open.add(stream)
  return stream
}

function hold({ socket, full }: Shared, stream: Duplex): void {
  full.add(stream)
  socket.pause()
}

function release({ socket, full }: Shared, stream: Duplex): void {
  if (full.delete(stream) && full.size === 0) socket.resume()
}

/** Splits messages into channel and body, without the port that comes first on each channel. */
function withoutPort() {
  const left = new Map<number, number>()
  return (message: Buffer): { readonly channel: number; readonly body: Buffer } => {
    const channel = message[0] ?? -1
    const due = left.get(channel) ?? portBytes
    const skip = Math.min(due, message.length - 1)
    left.set(channel, due - skip)
    return { channel, body: message.subarray(1 + skip) }
  }
}
