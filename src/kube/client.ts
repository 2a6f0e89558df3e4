import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { Received } from './body.ts'
import type { Config } from './config.ts'
import type { Notify } from './exec.ts'
import { isProxied, RequestError, statusError } from './failures.ts'
import { type Message, send } from './http.ts'
import { type Limits, limited } from './limited.ts'
import { networkError } from './network.ts'
import { type Attempt, retrying } from './retry.ts'
import { type Transport, transportOf } from './transport.ts'

export type RequestOptions = {
  /** default 10 s; `--request-timeout` overrides it */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** `text` returns at most this many bytes, `get` and `post` fail beyond it */
  readonly limitBytes?: number | undefined
}

/** All that the program can do to a cluster. Rejects with a RequestError; with an ExpectedError when there are no credentials. */
export interface Client {
  readonly server: string
  readonly context: string
  readonly namespace: string
  /** requests sent so far, retries included; a port-forward counts one */
  requests(): number
  get<T>(path: string, options?: RequestOptions): Promise<T>
  text(path: string, options?: RequestOptions): Promise<string>
  post<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>
  /** a byte stream to a TCP port in the Pod, reached on its loopback */
  forward(namespace: string, pod: string, port: number, signal?: AbortSignal): Promise<Duplex>
  /** ends everything under way; nothing keeps the process alive afterwards */
  close(): void
}

const defaultTimeoutMs = 10_000

/** Makes a client; nothing is sent before its first request. `notify` gets what a credential plugin says on stderr. */
export function createClient(config: Config, notify: Notify = () => undefined): Client {
  const wire = openWire(config, notify)
  return {
    server: shown(config.server),
    context: config.context,
    namespace: config.namespace,
    requests: () => wire.sent,
    close: () => wire.closed.abort(),
    get: async (path, options) => json(path, await ask(wire, { method: 'GET', path, accept }, options)),
    text: async (path, options) => {
      const { body } = await ask(wire, { method: 'GET', path, accept: '*/*' }, options)
      // A cut may fall inside a character; the decoder keeps such an end back.
      return new StringDecoder('utf8').write(body)
    },
    post: async (path, value, options) => {
      const body = JSON.stringify(value)
      return json(path, await ask(wire, { method: 'POST', path, body, accept }, options))
    },
    forward: async (namespace, pod, port, signal) => {
      const [{ openForward }, transport] = await Promise.all([import('./portforward.ts'), wire.transport()])
      wire.sent++
      return openForward(transport, { namespace, pod, port }, limitsOf(wire, transport, { signal }))
    },
  }
}

/** Without a name and password in it: this is printed and saved. */
function shown(server: URL): string {
  const url = new URL(server)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}

const accept = 'application/json'

type Wire = {
  readonly transport: () => Promise<Transport>
  readonly closed: AbortController
  readonly requestTimeoutMs: number | undefined
  sent: number
}

function openWire(config: Config, notify: Notify): Wire {
  const closed = new AbortController()
  const transport = transportOf(config, notify, closed.signal)
  return { transport, closed, requestTimeoutMs: config.requestTimeoutMs, sent: 0 }
}

function limitsOf(wire: Wire, { reached }: Transport, { timeoutMs, signal }: RequestOptions): Limits {
  return {
    timeoutMs: wire.requestTimeoutMs ?? timeoutMs ?? defaultTimeoutMs,
    signals: [signal, wire.closed.signal],
    reached,
  }
}

async function ask(wire: Wire, question: Message, options: RequestOptions = {}): Promise<Received> {
  const { path, method } = question
  const message = { ...question, limitBytes: options.limitBytes }
  const transport = await wire.transport()
  const attempt: Attempt = (signal, progress) => {
    wire.sent++
    return send(transport, message, signal, progress)
  }
  const run = method === 'GET' ? retrying(attempt, path) : attempt
  const received = await limited(limitsOf(wire, transport, options), run).catch(cause => {
    throw networkError(cause, path)
  })
  if (received.status >= 200 && received.status < 300) return received
  throw statusError({ method, path }, { ...received, body: received.body.toString() })
}

function json<T>(path: string, { body, cut, status }: Received): T {
  const fail = (kind: 'server' | 'not-kubernetes', why: string) => new RequestError(kind, why, { path, status })
  if (cut) throw fail('server', 'the answer is longer than allowed')
  const value = parse(body.toString())
  if (value === undefined) throw fail(isProxied(path) ? 'server' : 'not-kubernetes', 'the answer is not JSON')
  const strange = path === '/version' && typeof (value as { gitVersion?: unknown } | null)?.gitVersion !== 'string'
  if (strange) throw fail('not-kubernetes', 'the answer is JSON, but no version of Kubernetes')
  return value as T
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
