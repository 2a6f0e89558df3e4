import { isHostPort } from './address.ts'
import { type Problem, problem } from './problem.ts'
import type { Token } from './types.ts'

/** What the first argument must be: for numbers, and durations in seconds, from where to where. */
export type Kind =
  | 'count'
  | 'duration'
  | 'host:port'
  | 'positive number or zone'
  | readonly string[]
  | { readonly unit: 'count' | 'seconds'; readonly from: number; readonly to: number }

/**
 * The arguments that a plugin or an option takes. `loose`: what follows the `max` arguments in the same line is read as
 * the next option, so that a closing brace there does no harm. `strict`: a closing brace there is read as an argument that
 * is wrong, although there could be one more.
 */
export type Arguments = {
  readonly min?: number
  readonly max?: number
  readonly kind?: Kind
  readonly loose?: true
  readonly strict?: true
  readonly since?: string
  readonly removed?: string
}

/** `once`: CoreDNS refuses a second one in a server block; a version means that it did before that version. */
export type Rule = Arguments & {
  readonly once?: true | string
  /** CoreDNS does not look at a second one. */
  readonly firstOnly?: true
  readonly options?: Readonly<Record<string, Arguments>>
  /** Older versions pass over options they do not know. */
  readonly strictSince?: string
}

/** Checks the number of arguments and the first one; `brace` is the closing brace when it stands in the same line. */
export function* checkArguments(
  name: Token,
  args: readonly Token[],
  rule: Arguments,
  brace: Token | null = null,
): Iterable<Problem> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = rule
  const [first] = args
  const tooMany = rule.loose ? undefined : args[max]
  if (args.length < min) yield problem(name, `${name.text} needs ${max > min ? 'at least ' : ''}${arity(min)}`)
  else if (tooMany) yield problem(tooMany, `${name.text} takes ${arity(max)}, and here is ${tooMany.raw}`)
  else if (brace && !rule.loose && (rule.strict || args.length + 1 > max))
    yield problem(brace, `the } after ${name.text} must stand in a line of its own`)
  else if (first && first.env.length === 0 && rule.kind && !fits(first.text, rule.kind))
    yield problem(first, `${name.text} takes ${wanted(rule.kind)}, not ${first.raw}`)
}

function arity(number: number): string {
  if (number === 0) return 'no argument'
  return number === 1 ? 'one argument' : `${number} arguments`
}

function wanted(kind: Kind): string {
  if (typeof kind === 'string') return wantedWords[kind]
  if (Array.isArray(kind)) return kind.join(', ').replace(/, ([^,]*)$/, ' or $1')
  const { unit, from, to } = kind as Range
  const range = Number.isFinite(to) ? `from ${from} to ${to}` : `of ${from} at least`
  return unit === 'count' ? `a number ${range}` : `a duration of ${from}s or more`
}

const wantedWords = {
  count: 'a whole number',
  duration: 'a duration such as 5s',
  'host:port': 'an address with its port, such as :8080',
  'positive number or zone': 'a number of seconds above 0',
}

type Range = Exclude<Kind, string | readonly string[]>

function fits(text: string, kind: Kind): boolean {
  if (typeof kind === 'string') return fitsWord(text, kind)
  if (Array.isArray(kind)) return kind.includes(text)
  const { unit, from, to } = kind as Range
  const number = unit === 'count' ? wholeNumber(text) : seconds(text)
  return number !== null && number >= from && number <= to
}

function fitsWord(text: string, kind: Extract<Kind, string>): boolean {
  if (kind === 'count') return (wholeNumber(text) ?? -1) >= 0
  if (kind === 'duration') return (seconds(text) ?? -1) >= 0
  return kind === 'host:port' ? isHostPort(text) : (wholeNumber(text) ?? 1) > 0
}

function wholeNumber(text: string): number | null {
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : null
}

const units: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
}

/** Go's time.ParseDuration in seconds: `1m30s`, `0.5h`, `0`; null for anything else, such as a number without unit. */
export function seconds(text: string): number | null {
  const [, sign, parts = ''] = /^([+-]?)(0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? []
  if (sign === undefined) return null
  const sum = [...parts.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)]
    .map(([, number, unit]) => Number(number) * (units[unit ?? ''] ?? 0))
    .reduce((total, part) => total + part, 0)
  return sign === '-' ? -sum : sum
}
