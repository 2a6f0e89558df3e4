import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, WatchEvent } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Pod } from '../snapshot/objects.ts'
import { runLabel } from './pod.ts'
import { type Start, startOf } from './reasons.ts'

/** A probe Pod did not come to run; the message says why in words. */
export class NotStarted extends Error {}

/** Tells when Pods of a run are up. */
export interface Starts {
  /** Resolves once the Pod's containers run. Rejects with NotStarted when they will not, or do not within the time. */
  started(pod: string, limitMs: number, signal: AbortSignal): Promise<void>
  /** what each Pod that is not up yet waits for, by its name */
  waiting(): ReadonlyMap<string, string>
}

/** Follows the Pods of one run with one watch, whatever their number, until the signal aborts. */
export function followStarts(client: Client, namespace: string, run: string, signal: AbortSignal): Starts {
  const seen = new Map<string, Start>()
  const news = newsOf()
  const take = ({ type, object }: WatchEvent<Pod>) => {
    if (!isState(type)) return
    seen.set(object.metadata.name, type === 'DELETED' ? deleted : startOf(object))
    news.tell()
  }
  watchPods(client, namespace, run, take, signal).catch(error => news.fail(error))
  return {
    started: async (pod, limitMs, own) => {
      const end = Date.now() + limitMs
      for (;;) {
        const start = seen.get(pod)
        if (start?.state === 'running') return
        if (start?.state === 'failed') throw new NotStarted(start.why)
        const left = end - Date.now()
        if (left <= 0) throw new NotStarted(`not started within ${limitMs / 1000} s: ${start?.why ?? nothingHeard}`)
        await news.next(left, own)
      }
    },
    waiting: () => new Map([...seen].flatMap(([name, s]) => (s.state === 'waiting' ? [[name, s.why] as const] : []))),
  }
}

/** While it was waited for: we delete none before its turn is over. */
const deleted: Start = { state: 'failed', why: 'somebody else deleted it' }

const nothingHeard = 'the API server has not told of it'

/**
 * A watch without a resourceVersion begins with what there is (kubernetes.io, API Concepts: "Get State and Start at Most Recent"),
 * so that one which the server has ended is simply begun again.
 */
async function watchPods(
  client: Client,
  namespace: string,
  run: string,
  take: (event: WatchEvent<Pod>) => void,
  signal: AbortSignal,
): Promise<void> {
  const selector = encodeURIComponent(`${runLabel}=${run}`)
  const path = `/api/v1/namespaces/${namespace}/pods?watch=1&labelSelector=${selector}`
  for (let breaks = 0; !signal.aborted; ) {
    const heard = (event: WatchEvent<Pod>) => {
      breaks = 0
      take(event)
    }
    await client.watch<Pod>(path, heard, signal).catch(error => {
      if (!isBreak(error) || ++breaks > mostBreaks) throw error
    })
    await sleep(200, undefined, { signal })
  }
}

/** A connection may break once in a while; one that breaks again and again before anything is heard will not hold. */
const mostBreaks = 3
const isBreak = (error: unknown): boolean => error instanceof RequestError && error.kind === 'unreachable'

const isState = (type: string): boolean => /^(ADDED|MODIFIED|DELETED)$/.test(type)

/** Wakes everybody who waits; a failure is heard by those who come later too. */
function newsOf() {
  let wake = Promise.withResolvers<void>()
  let failure: { readonly error: unknown } | undefined
  const tell = () => {
    const { resolve } = wake
    wake = Promise.withResolvers<void>()
    resolve()
  }
  return {
    tell,
    fail: (error: unknown) => {
      failure = { error }
      tell()
    },
    next: async (ms: number, signal: AbortSignal) => {
      if (failure) throw failure.error
      const timer = new AbortController()
      const time = sleep(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) })
      await Promise.race([wake.promise, time]).finally(() => timer.abort())
    },
  }
}
