import http from 'node:http'
import type { ClientHttp2Session } from 'node:http2'
import https from 'node:https'
import { collect, type Received } from './body.ts'
import { bare } from './proxy.ts'
import type { Transport } from './transport.ts'

export type Message = {
  readonly method: string
  readonly path: string
  readonly accept: string
  readonly body?: string | undefined
  readonly limitBytes?: number | undefined
}

/** Whether the request went over a connection that had served before. */
export type Progress = { reused: boolean }

/** Sends one request and collects its answer, whatever its status. */
export async function send(
  transport: Transport,
  message: Message,
  signal: AbortSignal,
  progress: Progress,
): Promise<Received> {
  const session = await unlessAborted(transport.session(), signal)
  if (session) return sendOver2(session, transport, message, signal, progress)
  return unlessAborted(
    transport.inTurn(() => sendOver1(transport, message, signal, progress)),
    signal,
  )
}

/** Connections and turns are shared: who runs out of time leaves them to the others. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    const done = () => signal.removeEventListener('abort', leave)
    promise.finally(done).then(resolve, reject)
  })
}

/** The address and headers of a request, for node:http and for `ws`. */
export function requestOptions({ server, agent, headers }: Transport, path: string) {
  return {
    host: bare(server.hostname),
    port: server.port || (server.protocol === 'https:' ? 443 : 80),
    path: fullPath(server, path),
    agent,
    headers: { 'user-agent': userAgent, ...headers } as http.OutgoingHttpHeaders,
  }
}

const userAgent = 'kubectl-dnsfix'
const fullPath = (server: URL, path: string) => server.pathname.replace(/\/$/, '') + path

function headersOf({ accept, body, limitBytes }: Message): Record<string, string> {
  return {
    accept,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    // A compressed body cannot be cut at a number of bytes.
    ...(limitBytes === undefined ? { 'accept-encoding': 'gzip' } : {}),
  }
}

async function sendOver1(
  transport: Transport,
  message: Message,
  signal: AbortSignal,
  progress: Progress,
): Promise<Received> {
  signal.throwIfAborted()
  const options = { ...requestOptions(transport, message.path), method: message.method, signal }
  Object.assign(options.headers, headersOf(message))
  const { request } = transport.server.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const asked = request(options, response => {
      collect(response, response.statusCode, response.headers, message.limitBytes).then(resolve, reject)
    })
    asked.once('error', reject)
    asked.once('socket', () => {
      progress.reused = asked.reusedSocket
    })
    asked.end(message.body)
  })
}

function sendOver2(
  session: ClientHttp2Session,
  { server, headers }: Transport,
  message: Message,
  signal: AbortSignal,
  progress: Progress,
): Promise<Received> {
  progress.reused = used.has(session)
  used.add(session)
  const address = { ':method': message.method, ':path': fullPath(server, message.path) }
  const all = { ...address, 'user-agent': userAgent, ...headers, ...headersOf(message) } as http.OutgoingHttpHeaders
  return new Promise((resolve, reject) => {
    const stream = session.request(all, { signal })
    const hungUp = () =>
      reject(Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' }))
    stream.once('error', reject)
    stream.once('close', hungUp)
    stream.once('response', head => {
      stream.off('close', hungUp)
      collect(stream, head[':status'], head, message.limitBytes).then(resolve, reject)
    })
    stream.end(message.body)
  })
}

const used = new WeakSet<ClientHttp2Session>()
