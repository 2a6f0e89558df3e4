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
  started(pod: string, limitMs: number): Promise<void>
  /** Throws NotStarted for a Pod of which it is known by now that it failed. */
  assertStanding(pod: string): void
  /** Throws why nothing is heard of Pods any more: no more need be made then. */
  assertFollowing(): void
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
  signal.addEventListener('abort', () => news.fail(signal.reason), { once: true })
  const assertStanding = (pod: string) => {
    const start = seen.get(pod)
    if (start?.state === 'failed') throw new NotStarted(start.why)
  }
  return {
    started: async (pod, limitMs) => {
      const end = Date.now() + limitMs
      for (;;) {
        const start = seen.get(pod)
        if (start?.state === 'running') return
        assertStanding(pod)
        const left = end - Date.now()
        if (left <= 0) throw new NotStarted(`not started within ${limitMs / 1000} s: ${start?.why ?? nothingHeard}`)
        await news.next(left)
      }
    },
    assertStanding,
    assertFollowing: news.assertOpen,
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
  let heardAt = Date.now()
  const heard = (event: WatchEvent<Pod>) => {
    heardAt = Date.now()
    take(event)
  }
  for (let pause = 200; !signal.aborted; pause = Math.min(pause * 2, 2000)) {
    const began = Date.now()
    await client.watch<Pod>(path, heard, signal).catch(error => {
      if (!isPassing(error) || Date.now() - heardAt > patienceMs) throw error
    })
    if (heardAt >= began) pause = 200
    await sleep(pause, undefined, { signal })
  }
}

/** A load balancer or an API server that changes takes less; a connection that is gone for longer will not come back in time. */
const patienceMs = 15_000

const isPassing = (error: unknown): boolean =>
  error instanceof RequestError &&
  (error.kind === 'unreachable' || error.kind === 'timeout' || error.status === 429 || (error.status ?? 0) >= 500)

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
  const assertOpen = () => {
    if (failure) throw failure.error
  }
  return {
    tell,
    fail: (error: unknown) => {
      failure ??= { error }
      tell()
    },
    assertOpen,
    next: async (ms: number) => {
      assertOpen()
      const timer = new AbortController()
      const time = sleep(ms, undefined, { signal: timer.signal })
      await Promise.race([wake.promise, time]).finally(() => timer.abort())
    },
  }
}
