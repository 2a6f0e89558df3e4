import type { OutgoingHttpHeaders } from 'node:http'
import http2, { type ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { TimeLimit } from './network.ts'
import { endWhenLost } from './silence.ts'

/** One HTTP/2 connection, for many requests at a time. */
export type Session = {
  /** whether a request went over it before */
  readonly used: () => boolean
  /** Begins a request, which ends with the signal. */
  readonly request: (headers: OutgoingHttpHeaders, options: Options) => ClientHttp2Stream
}

type Options = { readonly signal: AbortSignal; readonly endStream: boolean }

/** Large lists would crawl with the 64 KiB window that HTTP/2 starts with. */
const windowBytes = 4 * 1024 * 1024

/**
 * Speaks HTTP/2 over a socket that has agreed to it. Calls `gone` when no more requests should come: the connection ended, the
 * server said goodbye, or a request ran out of time and nothing at all had come since it began. Those under way then go on.
 */
export function sessionOver(socket: Socket, server: URL, gone: () => void): Session {
  const session = http2.connect(server.origin, {
    createConnection: () => socket,
    settings: { initialWindowSize: windowBytes },
  })
  session.once('connect', () => session.setLocalWindowSize(4 * windowBytes))
  for (const end of ['goaway', 'close', 'error']) session.on(end, gone)
  const mind = endWhenLost(session, socket, gone)
  let used = false
  const request: Session['request'] = (headers, options) => {
    used = true
    const heard = socket.bytesRead
    const leave = () => {
      if (!(options.signal.reason instanceof TimeLimit) || socket.bytesRead !== heard) return
      gone()
      session.close()
    }
    options.signal.addEventListener('abort', leave, { once: true })
    const stream = session.request(headers, options)
    mind(stream)
    return stream
  }
  return { used: () => used, request }
}
