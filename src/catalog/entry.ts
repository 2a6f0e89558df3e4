export type Severity = 'error' | 'warning' | 'info'

/** What is said of one code. Words live here and nowhere else; rules give only the arguments. */
export interface Entry<A> {
  readonly name: string
  readonly severity: Severity
  /** what it means, for `explain` */
  readonly summary: string
  /** one sentence without a full stop, with the values filled in */
  text(args: A): string
  /** what repairs it, in one line */
  remedy(args: A): string
}

/** Keeps the type of the arguments while the entries stand together in one object. */
export const entry = <A>(value: Entry<A>): Entry<A> => value

/** `a, b and 4 more`: names in a sentence, at most `most` of them. */
export function list(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

/** `crashes` for one, `crash` for several: the verb that goes with a list of names. */
export const verb = (names: readonly string[], one: string, many: string): string => (names.length === 1 ? one : many)

/** `1 node`, `2 nodes`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
