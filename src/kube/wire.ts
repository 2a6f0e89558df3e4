import type { Received } from './body.ts'
import type { Config } from './config.ts'
import type { Notify } from './exec.ts'
import { statusError } from './failures.ts'
import { type Message, send } from './http.ts'
import { type Limits, limited } from './limited.ts'
import { networkError } from './network.ts'
import { type Attempt, retrying } from './retry.ts'
import { type Transport, transportOf } from './transport.ts'

export type RequestOptions = {
  /** default 10 s; `--request-timeout` overrides it */
  readonly timeoutMs?: number | undefined
  /** wins over both; for requests only, `exec` has its `timeoutMs` */
  readonly fixedTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** `text` returns at most this many bytes, `get`, `post` and `put` fail beyond it */
  readonly limitBytes?: number | undefined
}

/** What all requests of a client share. */
export type Wire = {
  readonly transport: () => Promise<Transport>
  readonly closed: AbortController
  readonly requestTimeoutMs: number | undefined
  sent: number
}

/** Sends nothing yet. `closed` ends everything under way; a caller's signal ends only what that caller asked for. */
export function openWire(config: Config, notify: Notify): Wire {
  const closed = new AbortController()
  const transport = transportOf(config, notify, closed.signal)
  return { transport, closed, requestTimeoutMs: config.requestTimeoutMs, sent: 0 }
}

const defaultTimeoutMs = 10_000

export function limitsOf(wire: Wire, { reached }: Transport, options: RequestOptions): Limits {
  const { timeoutMs, fixedTimeoutMs, signal } = options
  return {
    timeoutMs: fixedTimeoutMs ?? wire.requestTimeoutMs ?? timeoutMs ?? defaultTimeoutMs,
    signals: [signal, wire.closed.signal],
    reached,
  }
}

/** Sends a request, again where that is safe. Rejects with a RequestError, also for a status outside 2xx. */
export async function ask(wire: Wire, question: Message, options: RequestOptions = {}): Promise<Received> {
  const { path, method } = question
  const message = { ...question, limitBytes: options.limitBytes }
  const transport = await wire.transport()
  const attempt: Attempt = (signal, progress) => {
    wire.sent++
    return send(transport, message, signal, progress)
  }
  const received = await limited(limitsOf(wire, transport, options), retrying(attempt, question)).catch(cause => {
    throw networkError(cause, path)
  })
  if (received.status >= 200 && received.status < 300) return received
  throw statusError({ method, path }, { ...received, body: received.body.toString() })
}
