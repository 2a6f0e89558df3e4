import { setTimeout as sleep } from 'node:timers/promises'
import type { Received } from './body.ts'
import { type Asked, isProxied } from './failures.ts'
import type { Progress } from './http.ts'
import { codeOf } from './network.ts'

export type Attempt = (signal: AbortSignal, progress: Progress) => Promise<Received>

const retries = 2

/** Whatever `Retry-After` says: three requests have to fit into the time that one may take. */
const longestMs = 3000

/**
 * Asks again, at most twice, after failures that pass: a GET after overload, a change of the etcd leader, a kept socket that
 * had died. What writes only where the server says that it did nothing (client-go, rest/with_retry.go), a DELETE also when the
 * kept socket died without an answer.
 */
export function retrying(attempt: Attempt, { method, path }: Asked): Attempt {
  const again = async (signal: AbortSignal, progress: Progress, left: number): Promise<Received> => {
    const received = await attempt(signal, progress).catch((error: unknown) => {
      const isSafe = method === 'GET' || (method === 'DELETE' && !progress.answered)
      const died = progress.reused && isSafe && /^(ECONNRESET|EPIPE|ETIMEDOUT|ERR_HTTP2_)/.test(codeOf(error))
      if (died && left > 0) return undefined
      throw error
    })
    if (received === undefined) return again(signal, progress, left - 1)
    const waitMs = left > 0 ? passing(received, { method, path }) : undefined
    if (waitMs === undefined) return received
    const waited = await sleep(waitMs, true, { signal }).catch(() => false)
    // Out of time while waiting: what the server said last tells more than "no answer".
    return waited ? again(signal, progress, left - 1) : received
  }
  return (signal, progress) => again(signal, progress, retries)
}

/**
 * How long to wait before asking again; undefined when the answer is final. A 503 through a proxy path is the Pod's own news. Of
 * writes a server that shuts down, or is too busy, does nothing when it names a time to come back (k8s.io/apiserver,
 * pkg/server/filters: waitgroup.go, maxinflight.go); a 500 that names one may be etcd's time-out, and then it may have been done.
 */
function passing({ status, retryAfterMs, body }: Received, { method, path }: Asked): number | undefined {
  const waitMs = Math.min(retryAfterMs ?? 250, longestMs)
  if (status === 429) return waitMs
  if (isProxied(path)) return undefined
  if (method !== 'GET') return status === 503 && retryAfterMs !== undefined ? waitMs : undefined
  const etcd = status === 500 && /etcdserver: (leader changed|request timed out)/.test(body.toString('utf8', 0, 2000))
  return status === 503 || etcd ? waitMs : undefined
}
