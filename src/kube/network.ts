import { ExpectedError } from '../errors.ts'
import { type FailureKind, RequestError } from './failures.ts'

/** The request took longer than it may. */
export class TimeLimit extends Error {
  readonly connected: boolean
  readonly ms: number

  constructor(ms: number, connected: boolean) {
    super(connected ? `no answer within ${ms / 1000} s` : `no connection within ${ms / 1000} s`)
    this.ms = ms
    this.connected = connected
  }
}

/** The caller gave up, or the client was closed. */
export class Interrupted extends Error {}

/** An HTTP or SOCKS proxy that did not open the way. */
export class ProxyRefusal extends Error {}

/** Turns what a socket reported into a RequestError. A bug in this program, or what the user has to mend, stays what it is. */
export function networkError(cause: unknown, path: string): unknown {
  if (cause instanceof RequestError || cause instanceof ExpectedError || isBug(cause)) return cause
  const kind = kindOf(cause)
  return new RequestError(kind, messageOf(cause), { path, cause })
}

function isBug(cause: unknown): boolean {
  return [TypeError, ReferenceError, RangeError, SyntaxError].some(kind => cause instanceof kind)
}

function kindOf(cause: unknown): FailureKind {
  if (cause instanceof TimeLimit) return 'timeout'
  if (cause instanceof Interrupted) return 'aborted'
  const code = codeOf(cause)
  if (isTls(code)) return 'tls'
  return code.startsWith('HPE_') ? 'not-kubernetes' : 'unreachable'
}

/** Names: node:tls documents the X509 codes, `ERR_SSL_` carries OpenSSL's own reasons. */
function isTls(code: string): boolean {
  return /^(EPROTO|ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/.test(
    code,
  )
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** An AggregateError, which Node makes of one failed connect per address, has no message; OpenSSL's has too much of it. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  if (!(error instanceof Error)) return String(error)
  const { reason } = error as { reason?: unknown }
  return typeof reason === 'string' && codeOf(error).startsWith('ERR_SSL_') ? reason : error.message || error.name
}
