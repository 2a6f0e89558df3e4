import net from 'node:net'
import { decode, type Packet, streamEncode } from 'dns-packet'
import { nextFrame } from '../../src/dns/frames.ts'
import { type Answer, queryStream } from '../../src/dns/query.ts'
import { listen } from '../kube/server.ts'

export const name = 'kubernetes.default.svc.cluster.local'

export type Reply = (query: Packet, socket: net.Socket) => void

/** A TCP server that hands each query to a test. */
export const dnsServer = (reply: Reply) =>
  net.createServer(socket => {
    let rest = Buffer.alloc(0)
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      for (let frame = nextFrame(rest); frame; frame = nextFrame(rest)) {
        rest = rest.subarray(2 + frame.length)
        reply(decode(frame), socket)
      }
    })
  })

/** An answer to a query; `rcode` goes into the low bits of the flags. */
export function answer({ id, questions }: Packet, change: Packet & { rcode?: number } = {}): Buffer {
  const flags = (change.flags ?? 0) | (change.rcode ?? 0)
  const answers = change.answers ?? [{ type: 'A', name, ttl: 5, data: '10.96.0.1' }]
  return streamEncode({ type: 'response', id, questions, ...change, flags, answers: change.rcode ? [] : answers })
}

/** Runs queries over one connection to a server made of `reply`. */
export async function withStream(reply: Reply, use: (stream: net.Socket) => Promise<void>): Promise<void> {
  const server = await listen(dnsServer(reply))
  const stream = net.connect(server.port, '127.0.0.1')
  stream.on('error', () => undefined)
  try {
    await use(stream)
  } finally {
    stream.destroy()
    server.close()
  }
}

let time = 0
export const clock = () => time++
export const ask = (stream: net.Socket, more: { id?: number; timeoutMs?: number } = {}) =>
  queryStream(stream, name, 'A', { timeoutMs: 2000, clock, ...more })
export const silenceOf = (given: Answer) => ('silence' in given ? given.silence : `rcode ${given.rcode}`)
