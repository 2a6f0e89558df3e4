import { ExpectedError } from '../errors.ts'
import { RequestError } from '../kube/failures.ts'
import type { Waiting } from './settled-wait.ts'

/** The API server went away in the middle, and did not come back. */
export class ServerGone extends ExpectedError {
  constructor(cause: RequestError) {
    super(`The API server did not answer for a minute: ${cause.message}`, {
      code: 'server-gone',
      hint: 'What was done so far is recorded in the cluster: when it answers again, kubectl dnsfix undo takes it back.',
      cause,
    })
  }
}

const budgetMs = 60_000
const pauseMs = 2000

/**
 * Asks again for a minute while the API server is not there: no connection, no answer, too busy, or 5xx. `ask` must be something
 * that may be done twice. Rejects with ServerGone after that, at once with any other error.
 */
export async function patiently<T>(waiting: Waiting, ask: () => Promise<T>): Promise<T> {
  const { signal, say, clock } = waiting
  const end = clock.now() + budgetMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isAway(error)) throw error
      if (clock.now() >= end) throw new ServerGone(error)
      say('The API server does not answer; asking again')
      await clock.sleep(pauseMs, signal)
    }
  }
}

/** A server that goes down answers 5xx on its way; of a Pod's or webhook's own trouble that is not told apart. */
function isAway(error: unknown): error is RequestError {
  if (!(error instanceof RequestError)) return false
  const { kind, status = 0 } = error
  return kind === 'unreachable' || kind === 'timeout' || (kind === 'server' && (status >= 500 || status === 429))
}
