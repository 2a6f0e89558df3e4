import http from 'node:http'
import type { IncomingHttpHeaders } from 'node:http2'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { collect, headOf, type Received } from './body.ts'
import { unlessAborted } from './limited.ts'
import { bare } from './proxy.ts'
import type { Session } from './session.ts'
import type { Transport } from './transport.ts'

export type Message = {
  readonly method: string
  readonly path: string
  readonly accept: string
  readonly body?: string | undefined
  readonly limitBytes?: number | undefined
  /** the body of a good answer is left to the caller */
  readonly streamed?: boolean | undefined
}

/** Whether the request went over a connection that had served before, and whether an answer began. */
export type Progress = { reused: boolean; answered: boolean }

/** Sends one request and collects its answer, whatever its status. A streamed answer is there with its head. */
export async function send(
  transport: Transport,
  message: Message,
  signal: AbortSignal,
  progress: Progress,
): Promise<Received> {
  const session = await transport.session(signal)
  if (session) return sendOver2(session, transport, message, signal, progress)
  return unlessAborted(
    transport.inTurn(() => sendOver1(transport, message, signal, progress)),
    signal,
  )
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

function headersOf({ accept, body, limitBytes, streamed }: Message): Record<string, string> {
  // Node leaves out the length of a DELETE's body.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return {
    accept,
    ...(body === undefined ? {} : { 'content-type': 'application/json', ...length }),
    // A compressed body cannot be cut at a number of bytes.
    ...(limitBytes === undefined && !streamed ? { 'accept-encoding': 'gzip' } : {}),
  }
}

async function answerOf(stream: Readable, status = 0, headers: IncomingHttpHeaders, message: Message) {
  const isLeft = message.streamed && status < 300
  return isLeft ? headOf(stream, status, headers) : collect(stream, status, headers, message.limitBytes)
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
      progress.answered = true
      answerOf(response, response.statusCode, response.headers, message).then(resolve, reject)
    })
    asked.on('error', reject)
    asked.once('socket', () => {
      progress.reused = asked.reusedSocket
    })
    asked.end(message.body)
  })
}

function sendOver2(
  session: Session,
  { server, headers }: Transport,
  message: Message,
  signal: AbortSignal,
  progress: Progress,
): Promise<Received> {
  progress.reused = session.used()
  const address = { ':method': message.method, ':path': fullPath(server, message.path) }
  const all = { ...address, 'user-agent': userAgent, ...headers, ...headersOf(message) } as http.OutgoingHttpHeaders
  return new Promise((resolve, reject) => {
    // Node takes it that a DELETE has no body.
    const stream = session.request(all, { signal, endStream: message.body === undefined })
    const hungUp = () =>
      reject(Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' }))
    stream.on('error', reject)
    stream.once('close', hungUp)
    stream.once('response', head => {
      stream.off('close', hungUp)
      progress.answered = true
      answerOf(stream, head[':status'], head, message).then(resolve, reject)
    })
    stream.end(message.body)
  })
}
