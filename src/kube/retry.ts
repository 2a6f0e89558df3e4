import { setTimeout as sleep } from 'node:timers/promises'
import type { Received } from './body.ts'
import { type Asked, isProxied } from './failures.ts'
import type { Progress } from './http.ts'
import { codeOf } from './network.ts'

export type Attempt = (signal: AbortSignal, progress: Progress) => Promise<Received>

const retries = 2

/**
 * Asks again, at most twice, after failures that pass: a GET after overload, a change of the etcd leader, a kept socket that
 * had died; a DELETE only where nothing was done: after 429 (client-go, rest/with_retry.go) or when the kept socket died
 * without an answer. A POST and a PUT are sent once.
 */
export function retrying(attempt: Attempt, { method, path }: Asked): Attempt {
  if (method !== 'GET' && method !== 'DELETE') return attempt
  const again = async (signal: AbortSignal, progress: Progress, left: number): Promise<Received> => {
    const received = await attempt(signal, progress).catch((error: unknown) => {
      const isSafe = method === 'GET' || !progress.answered
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

/** How long to wait before asking again; undefined when the answer is final. A 503 through a proxy path is the Pod's own news. */
function passing({ status, retryAfterMs, body }: Received, { method, path }: Asked): number | undefined {
  const waitMs = Math.min(retryAfterMs ?? 250, 3000)
  if (status === 429) return waitMs
  if (method !== 'GET' || isProxied(path)) return undefined
  const etcd = status === 500 && /etcdserver: (leader changed|request timed out)/.test(body.toString('utf8', 0, 2000))
  return status === 503 || etcd ? waitMs : undefined
}
