import { setTimeout as sleep } from 'node:timers/promises'
import { ExpectedError } from '../errors.ts'
import { RequestError } from '../kube/failures.ts'
import { durationSeconds, type Held, leaseName, release, renew } from './lease.ts'
import { msSince } from './moment.ts'

export interface LockOptions {
  /** how often the lock is renewed, in milliseconds */
  readonly renewMs?: number
  /** how long after its last renewal it counts as ours */
  readonly heldMs?: number
}

/** Several renewals fit into the time that the lock is ours without one. */
const usualRenewMs = 4000

/** A write that was sent at the last moment has its ten seconds to arrive before others may take the lock. */
const marginMs = 10_000
const usualHeldMs = durationSeconds * 1000 - marginMs

/** Renews a lock until `end`, and tells when it is another's, or may be. */
export class Keeper {
  readonly lost = new AbortController()
  readonly #done = new AbortController()
  readonly #heldMs: number
  readonly #renewing: Promise<void>
  #held: Held
  #timer: NodeJS.Timeout | undefined

  constructor(held: Held, { renewMs = usualRenewMs, heldMs = usualHeldMs }: LockOptions) {
    this.#held = held
    this.#heldMs = heldMs
    this.#watch()
    this.#renewing = this.#renew(renewMs)
  }

  /** Throws when the lock is lost. A machine that slept knows it here before its timers do. */
  assertHeld(): void {
    if (this.#leftMs() <= 0) this.#lose(this.#silence())
    this.lost.signal.throwIfAborted()
  }

  /** Gives the lock back where it is still ours. */
  async end(): Promise<void> {
    this.#done.abort()
    await this.#renewing
    clearTimeout(this.#timer)
    // What cannot be given back ends by itself, and the work's own outcome is what counts.
    if (!this.lost.signal.aborted) await release(this.#held).catch(() => undefined)
  }

  async #renew(renewMs: number): Promise<void> {
    const { signal } = this.#done
    while (!this.lost.signal.aborted && (await sleep(renewMs, true, { signal }).catch(() => false))) {
      this.#held = await renew(this.#held).catch(error => {
        if (!isPassing(error)) this.#lose(error)
        return this.#held
      })
    }
  }

  #watch(): void {
    const left = this.#leftMs()
    if (left <= 0) this.#lose(this.#silence())
    else this.#timer = setTimeout(() => this.#watch(), left)
  }

  #leftMs(): number {
    return this.#heldMs - msSince(this.#held.renewedAt)
  }

  #silence(): Error {
    return new Error(`it could not be renewed for ${Math.round(this.#heldMs / 1000)} s`)
  }

  #lose(cause: Error): void {
    if (this.lost.signal.aborted) return
    this.lost.abort(
      new ExpectedError(`The lock ${this.#held.namespace}/${leaseName} was lost meanwhile: ${cause.message}.`, {
        code: 'lock-lost',
        hint: 'Wait until no other run is under way, then see what was done: kubectl dnsfix undo --list',
        cause,
      }),
    )
  }
}

/** Without an answer nothing is known; a Lease that is gone, or another's, says that the lock is lost. */
const isPassing = (error: unknown): boolean => error instanceof RequestError && error.kind !== 'not-found'
