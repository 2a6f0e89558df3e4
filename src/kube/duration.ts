import { ExpectedError } from '../errors.ts'

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const whole = new RegExp(`^(?:${part.source})+$`)
/** setTimeout fires at once above this. */
const longest = 2 ** 31 - 1

/** Milliseconds of a Go duration such as `1m30s`, or null when it is none. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null
  const ms = [...text.matchAll(part)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0),
    0,
  )
  return Math.min(ms, longest)
}

/**
 * Reads `--request-timeout` as kubectl does: whole seconds (`10`) or a Go duration (`5s`, `1m30s`); `0` is no limit.
 * Returns undefined when the flag was not given, 0 for no limit, else milliseconds.
 */
export function parseRequestTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d+$/.test(text) ? Math.min(Number(text) * 1000, longest) : parseDuration(text)
  if (ms !== null) return ms
  throw new ExpectedError(`--request-timeout ${JSON.stringify(text)} is not a length of time`, {
    code: 'request-timeout-invalid',
    hint: 'Write whole seconds or a number with a unit: 10, 5s, 1m30s; 0 waits without limit',
  })
}
