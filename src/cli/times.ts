import { ExpectedError } from '../errors.ts'
import { parseDuration } from '../kube/duration.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Milliseconds of `--wait`; 0, which means once, without it. Throws an ExpectedError for what is no time, or above a day. */
export function waitFrom(text: string | undefined): number {
  if (text === undefined) return 0
  const ms = milliseconds('wait', text)
  if (ms > 24 * hour) throw invalid('wait', text, 'is more than a day')
  return ms
}

/** Milliseconds of `--timeout`, 2 minutes without it. Throws an ExpectedError for what is no time or out of bounds. */
export function timeoutFrom(text: string | undefined): number {
  if (text === undefined) return 2 * minute
  const ms = milliseconds('timeout', text)
  if (ms < 10 * second)
    throw invalid('timeout', text, 'is too short: Pods need some seconds to start; 10s is the least')
  if (ms > 30 * minute) throw invalid('timeout', text, 'is too long for one round: 30m is the most')
  return ms
}

/** Whole seconds or a Go duration, as `--request-timeout` takes them. */
function milliseconds(flag: string, text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? `${text}s` : text)
  if (ms === null) throw invalid(flag, text, 'is not a length of time')
  return ms
}

const invalid = (flag: string, text: string, why: string) =>
  new ExpectedError(`--${flag} ${JSON.stringify(text)} ${why}.`, {
    code: `${flag}-invalid`,
    hint: `Write whole seconds or a number with a unit, as in --${flag} 90s or --${flag} 5m`,
  })
