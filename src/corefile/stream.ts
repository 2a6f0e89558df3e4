import { namesEnv } from './env.ts'
import { lineBreaks } from './lex.ts'
import type { Import, Token } from './types.ts'

/** A word and the import it came through. */
export type Item = { readonly token: Token; readonly from: Import | null }

/**
 * The words in the order CoreDNS reads them. `read` ends with the current word, `rest` is reversed: an import puts its
 * words on top of it.
 */
export type Stream = { readonly read: Item[]; readonly rest: Item[] }

export function streamOf(tokens: readonly Token[]): Stream {
  return { read: [], rest: itemsOf(tokens, null).reverse() }
}

export function itemsOf(tokens: readonly Token[], from: Import | null): Item[] {
  return tokens.map(token => ({ token, from }))
}

export function current(stream: Stream): Item | undefined {
  return stream.read.at(-1)
}

/** The next word, which becomes the current one; undefined at the end. */
export function advance(stream: Stream): Item | undefined {
  const item = stream.rest.pop()
  if (item) stream.read.push(item)
  return item
}

export function retreat(stream: Stream): void {
  const item = stream.read.pop()
  if (item) stream.rest.push(item)
}

/** The next word when it is an argument of the current one, that is, on its line (caddyfile/dispenser.go, NextArg). */
export function advanceOnLine(stream: Stream): Item | undefined {
  const here = current(stream)
  const next = stream.rest.at(-1)
  return here && next && sameLine(here.token, next.token) ? advance(stream) : undefined
}

/** Puts words in front of the rest; `insert` takes an array of any length. */
export function insert(stream: Stream, items: readonly Item[]): void {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item) stream.rest.push(item)
  }
}

/**
 * Whether the current word begins a line. Not the opposite of `sameLine`: the words of a snippet keep their own, smaller
 * line numbers, and CoreDNS compares with < here (caddyfile/dispenser.go, isNewLine).
 */
export function onNewLine(stream: Stream): boolean {
  const here = current(stream)?.token
  const before = stream.read.at(-2)?.token
  return !here || !before || here.file !== before.file || lastLine(before) < here.line
}

export function sameLine(before: Token, after: Token): boolean {
  return before.file === after.file && lastLine(before) === after.line
}

function lastLine(token: Token): number {
  return token.line + lineBreaks(token.text)
}

/** Whether the word is this brace or keyword; quotes make no difference to CoreDNS. */
export function is(item: Item | undefined, word: '{' | '}' | 'import'): boolean {
  return item !== undefined && item.token.text === word && !namesEnv(item.token.raw)
}
