import { CorefileError } from './error.ts'
import { type Context, importsItself } from './imports.ts'
import { advance, current, type Item, is } from './stream.ts'
import type { Snippet, Token } from './types.ts'

/** The name of a snippet, or null when these keys are those of a server block: one key in parentheses, nothing else. */
export function snippetName(keys: readonly Item[]): string | null {
  const text = keys.length === 1 ? keys[0]?.token.text : undefined
  if (!text?.startsWith('(') || !text.endsWith(')')) return null
  return text.slice(1, -1)
}

/** Reads a snippet, whose opening brace is the current word, and keeps it for later imports (caddyfile/parse.go). */
export function readSnippet(context: Context, name: string, keys: readonly Item[]): Snippet {
  const key = keys[0]
  const open = current(context.stream)
  if (!key || !open) throw new TypeError('a snippet needs its key and its brace')
  if (context.snippets.has(name)) throw new CorefileError(`snippet ${name} is defined a second time`, key.token)
  if (!is(open, '{')) throw new CorefileError(`snippet ${name} must open with {, not ${open.token.raw}`, open.token)
  const { items, close } = readBraces(context, open)
  const itself = importsItself(name, items)
  if (itself) throw new CorefileError(`snippet ${name} imports itself`, itself)
  const snippet = { name, key: key.token, open: open.token, close, tokens: items.map(item => item.token) }
  context.snippets.set(name, snippet)
  return snippet
}

function readBraces(context: Context, open: Item): { items: Item[]; close: Token } {
  const items: Item[] = []
  let depth = 1
  for (let item = advance(context.stream); item; item = advance(context.stream)) {
    if (is(item, '{')) depth++
    if (is(item, '}') && --depth === 0) return { items, close: item.token }
    items.push(item)
  }
  const last = items.at(-1)?.token ?? open.token
  throw new CorefileError(`the snippet opened on line ${open.token.line} is never closed`, last)
}
