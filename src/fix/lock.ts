import { setTimeout as sleep } from 'node:timers/promises'
import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { acquire, durationSeconds, type Held, leaseName, release, renew } from './lease.ts'

export interface LockOptions {
  /** whether a holder is known to be no more, as a process of this machine that is gone: its lock is taken at once */
  readonly isGone?: (holder: string) => boolean
  /** how often the lock is renewed, in milliseconds */
  readonly renewMs?: number
}

const usualRenewMs = 10_000

/**
 * Does `work` while nobody else does: of two runs exactly one proceeds. `holder` names this run for the others. The signal that
 * `work` gets aborts when the lock is lost meanwhile, and then `withLock` rejects with an ExpectedError `lock-lost` unless the work
 * was done all the same. Rejects with an ExpectedError `busy` while another holds it, with a RequestError when it cannot be asked
 * for. What a killed run held ends by itself.
 */
export async function withLock<T>(
  client: Client,
  namespace: string,
  holder: string,
  work: (signal: AbortSignal) => Promise<T>,
  { isGone = () => false, renewMs = usualRenewMs }: LockOptions = {},
): Promise<T> {
  const held = await acquire(client, namespace, { holder, isGone })
  const lost = new AbortController()
  const done = new AbortController()
  const keeping = keep(held, lost, renewMs, done.signal)
  try {
    return await work(lost.signal)
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error
  } finally {
    done.abort()
    const last = await keeping
    // What cannot be given back ends by itself, and the work's own outcome is what counts.
    if (last) await release(last).catch(() => undefined)
  }
}

/** Renews until `done`. Resolves with the lock as it was last, or with null when it is lost. */
async function keep(held: Held, lost: AbortController, renewMs: number, done: AbortSignal): Promise<Held | null> {
  let now = held
  let renewedAt = Date.now()
  while (await sleep(renewMs, true, { signal: done }).catch(() => false)) {
    try {
      now = await renew(now)
      renewedAt = Date.now()
    } catch (error) {
      const isPassing = error instanceof RequestError && error.kind !== 'not-found'
      if (isPassing && Date.now() - renewedAt < durationSeconds * 1000) continue
      lost.abort(lockLost(now, error))
      return null
    }
  }
  return now
}

const lockLost = ({ namespace }: Held, cause: unknown): ExpectedError =>
  new ExpectedError(`The lock ${namespace}/${leaseName} was lost meanwhile: ${(cause as Error).message}`, {
    code: 'lock-lost',
    hint: 'Wait until no other run is under way, then see what was done: kubectl dnsfix undo --list',
    cause,
  })
