import type { Progress } from './http.ts'
import { Interrupted, TimeLimit } from './network.ts'

export type Limits = {
  /** 0 is no limit */
  readonly timeoutMs: number
  readonly signals: readonly (AbortSignal | undefined)[]
  /** whether a connection stood, for the words of a time-out */
  readonly reached: () => boolean
}

/** Runs an action under a time limit and the signals of its callers. */
export async function limited<T>(
  { timeoutMs, signals, reached }: Limits,
  run: (signal: AbortSignal, progress: Progress) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const interrupt = () => own.abort(new Interrupted('interrupted'))
  const expire = () => own.abort(new TimeLimit(timeoutMs, reached()))
  const timer = timeoutMs > 0 ? setTimeout(expire, timeoutMs) : undefined
  for (const signal of signals) signal?.addEventListener('abort', interrupt, { once: true })
  if (signals.some(signal => signal?.aborted)) interrupt()
  try {
    own.signal.throwIfAborted()
    return await run(own.signal, { reused: false, answered: false })
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal?.removeEventListener('abort', interrupt)
  }
}

/** Connections and turns are shared: who runs out of time leaves them to the others. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    const done = () => signal.removeEventListener('abort', leave)
    promise.finally(done).then(resolve, reject)
  })
}
