import { type Flag, flagSets } from '../flag-sets.ts'
import { type Command, commands } from '../flags.ts'

/** What stands before the cursor, and what the word at the cursor is. */
export interface Typed {
  readonly command: Command | undefined
  /** the flags that were given, by their long names, with their values; `true` and `false` of one that takes none */
  readonly given: ReadonlyMap<string, readonly string[]>
  /** the words behind the command */
  readonly words: readonly string[]
  readonly asked: Asked
}

export type Asked =
  | { readonly kind: 'value'; readonly flag: string; readonly text: string }
  | { readonly kind: 'flag'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }

/** All flags: before the command is known, each may be one of it. Those of one name are alike in whether they take a value. */
const allFlags: Readonly<Record<string, Flag>> = Object.assign({}, ...Object.values(flagSets))

/** Reads the words of a command line as far as the cursor, the last of them being the one to complete, perhaps ''. */
export function read(line: readonly string[]): Typed {
  const text = line.at(-1) ?? ''
  const before = line.slice(0, -1)
  const end = before.indexOf('--')
  const isEnded = end >= 0
  const given = new Map<string, readonly string[]>()
  const { words, pending } = sorted(isEnded ? before.slice(0, end) : before, given)
  const [first, ...rest] = [...words, ...(isEnded ? before.slice(end + 1) : [])]
  return { command: commands.find(name => name === first), given, words: rest, asked: asked(text, pending, isEnded) }
}

/** The words that are no flags; the flags are noted, and `pending` is the one that still wants its value. */
function sorted(before: readonly string[], given: Map<string, readonly string[]>) {
  const words: string[] = []
  let pending: string | undefined
  for (const word of before) {
    if (pending !== undefined) {
      given.set(pending, [...(given.get(pending) ?? []), word])
      pending = undefined
    } else if (word.startsWith('-')) pending = noted(word, given)
    // The number of kubectl's `-v 6`.
    else if (!/^\d+$/.test(word) || !given.has('verbose')) words.push(word)
  }
  return { words, pending }
}

function asked(text: string, pending: string | undefined, ended: boolean): Asked {
  if (pending !== undefined) return { kind: 'value', flag: pending, text }
  if (ended || !text.startsWith('-')) return { kind: 'word', text }
  const [, flag = '', value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(text) ?? []
  return value === undefined ? { kind: 'flag', text } : { kind: 'value', flag: nameOf(flag) ?? flag, text: value }
}

/** Notes a flag; returns its name where its value is the next word. */
function noted(word: string, given: Map<string, readonly string[]>): string | undefined {
  const [, flag = '', value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) ?? []
  const name = nameOf(flag)
  if (name === undefined) return undefined
  const said = value ?? (allFlags[name]?.type === 'boolean' ? String(flag !== `--no-${name}`) : undefined)
  given.set(name, [...(given.get(name) ?? []), ...(said === undefined ? [] : [said])])
  return said === undefined ? name : undefined
}

/** The long name of `-n`, `--namespace` or `--no-external`. */
function nameOf(flag: string): string | undefined {
  if (!flag.startsWith('--')) return Object.keys(allFlags).find(name => allFlags[name]?.alias === flag.slice(1))
  const name = flag.slice(2)
  const turned = name.replace(/^no-/, '')
  return [name, turned].find(each => Object.hasOwn(allFlags, each))
}
