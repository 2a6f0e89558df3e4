import { setTimeout as pause } from 'node:timers/promises'
import { pauseAfter } from '../pause.ts'
import { patiently } from './apply-patience.ts'
import type { OpenJournal } from './journal.ts'

/** The time and how it is waited for, as values: tests bring their own. */
export interface Clock {
  /** milliseconds, only differences count */
  readonly now: () => number
  /** rejects when the signal aborts */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
}

/** Who waits: `say` gets a word on what is waited for, whenever that changes. */
export interface Waiting {
  readonly signal: AbortSignal
  readonly say: (text: string) => void
  readonly clock: Clock
  /** where it is noted what a restart of Pods has to take back; missing: nowhere */
  readonly journal?: OpenJournal
}

/** For what must be brought to its end although the user wants to leave. */
export const unending = <T extends { readonly signal: AbortSignal }>(waiting: T): T => ({
  ...waiting,
  signal: new AbortController().signal,
})

/** A look at what is waited for: the value when it is there, else what is still missing. */
export type Seen<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly missing: string }

/** What was still missing when the time was up. */
export class TimeUp extends Error {
  readonly missing: string

  constructor(missing: string) {
    super(missing)
    this.missing = missing
  }
}

/**
 * Looks until it is there, at first often, then once a second. Rejects with TimeUp after `budgetMs`, with what `look` throws, and with the reason
 * of the signal.
 */
export async function until<T>(waiting: Waiting, budgetMs: number, look: () => Promise<Seen<T>>): Promise<T> {
  const { signal, say, clock } = waiting
  const start = clock.now()
  let said = ''
  for (;;) {
    signal.throwIfAborted()
    const seen = await patiently(waiting, look)
    if (seen.done) return seen.value
    if (seen.missing !== said) say(seen.missing)
    said = seen.missing
    const waited = clock.now() - start
    if (waited >= budgetMs) throw new TimeUp(said)
    await clock.sleep(pauseAfter(waited), signal)
  }
}
