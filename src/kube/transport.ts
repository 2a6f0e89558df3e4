import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Config } from './config.ts'
import { credentialsOf, type Headers } from './credentials.ts'
import type { Notify } from './exec.ts'
import { unlessAborted } from './limited.ts'
import { TimeLimit } from './network.ts'
import type { Session } from './session.ts'
import { type Way, wayTo } from './socket.ts'

/** How to reach the API server, with the credentials of the moment. */
export type Transport = {
  readonly server: URL
  readonly headers: Headers
  /** for HTTP/1.1 and for the upgrade to a WebSocket */
  readonly agent: http.Agent
  /** the one HTTP/2 connection; undefined when the server speaks only HTTP/1.1 */
  readonly session: (signal: AbortSignal) => Promise<Session | undefined>
  readonly reached: () => boolean
  /** runs HTTP/1.1 requests a few at a time */
  readonly inTurn: <T>(run: () => Promise<T>) => Promise<T>
}

type Connection = Omit<Transport, 'headers'>

/** Opens nothing yet: returns a function that gives the transport for the next request. */
export function transportOf(config: Config, notify: Notify, signal: AbortSignal): () => Promise<Transport> {
  const credentials = credentialsOf(config, notify)
  let connection: Connection | undefined
  return async () => {
    const current = await credentials()
    connection ??= connectionTo(config.server, wayTo(config, current, signal))
    return { ...connection, headers: current.headers }
  }
}

/**
 * HTTP/2 first, as kubectl does: one handshake and no queue for a burst of small requests (20 GETs at 30 ms round trip took
 * 160 ms against 205 ms over twelve HTTP/1.1 sockets).
 */
function connectionTo(server: URL, way: Way): Connection {
  const secure = server.protocol === 'https:'
  const spare: Socket[] = []
  const session = shared(gone => openSession(server, way, spare, gone))
  return {
    server,
    agent: agentOver(way, secure, spare),
    session: secure ? session : async () => undefined,
    reached: way.reached,
    inTurn: turns(12),
  }
}

/** Opens one connection for all who ask, and another when that one is gone or does not come about. */
function shared<T>(open: (gone: () => void) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let current: Promise<T> | undefined
  const forget = (old: Promise<T>) => {
    if (current === old) current = undefined
  }
  const begin = () => {
    const opening: Promise<T> = open(() => forget(opening))
    opening.catch(() => forget(opening))
    return opening
  }
  return signal => {
    current ??= begin()
    const opening = current
    return unlessAborted(opening, signal).catch(error => {
      // Who has more time goes on waiting; the next had better begin anew.
      if (error instanceof TimeLimit) forget(opening)
      throw error
    })
  }
}

/** The agent's own `maxSockets` does not count sockets that take time to open. */
function turns(places: number): Connection['inTurn'] {
  const queue: (() => void)[] = []
  let free = places
  return async run => {
    if (free === 0) await new Promise<void>(resolve => queue.push(resolve))
    else free--
    try {
      return await run()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free++
    }
  }
}

async function openSession(server: URL, way: Way, spare: Socket[], gone: () => void): Promise<Session | undefined> {
  const [{ sessionOver }, socket] = await Promise.all([import('./session.ts'), way.open(['h2', 'http/1.1'])])
  if ((socket as TLSSocket).alpnProtocol === 'h2') return sessionOver(socket, server, gone)
  spare.push(socket)
  return undefined
}

/** The connection that turned out to be HTTP/1.1 serves the first request. */
function agentOver(way: Way, secure: boolean, spare: Socket[]): http.Agent {
  const agent = new (secure ? https : http).Agent({ keepAlive: true })
  agent.createConnection = (_options, callback) => {
    const ready = spare.pop()
    const socket = ready && !ready.destroyed ? Promise.resolve(ready) : way.open(['http/1.1'])
    socket.then(
      each => callback?.(null, each),
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
  return agent
}
