import type { Received } from './body.ts'
import { isProxied, RequestError } from './failures.ts'

/** Reads an answer as JSON; throws a RequestError when it is none, is cut, or is no answer of a Kubernetes API server. */
export function jsonOf<T>(path: string, { body, cut, status }: Received): T {
  const fail = (kind: 'server' | 'not-kubernetes', why: string) => new RequestError(kind, why, { path, status })
  if (cut) throw fail('server', 'the answer is longer than allowed')
  const value = parse(body.toString())
  if (value === undefined) throw fail(isProxied(path) ? 'server' : 'not-kubernetes', 'the answer is not JSON')
  const strange = path === '/version' && typeof (value as { gitVersion?: unknown } | null)?.gitVersion !== 'string'
  if (strange) throw fail('not-kubernetes', 'the answer is JSON, but no version of Kubernetes')
  return value as T
}

/** The value of a JSON text; undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
