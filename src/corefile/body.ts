import { CorefileError } from './error.ts'
import { type Context, expandImport } from './imports.ts'
import { advance, current, type Item, is, onNewLine, retreat, type Stream } from './stream.ts'
import { directiveOf } from './tree.ts'
import type { Directive } from './types.ts'

export type Body = {
  readonly directives: readonly Directive[]
  readonly open: Item | null
  readonly close: Item | null
}

export const emptyBody: Body = { directives: [], open: null, close: null }

/**
 * Reads the plugins of a block; the current word is its opening brace, or the first plugin where there is none. Such a
 * block runs to the end of the file, or to a } that CoreDNS then accepts all the same.
 */
export function readBody(context: Context): Body {
  const { stream } = context
  const first = current(stream)
  const open = first && is(first, '{') ? first : null
  if (!open) retreat(stream)
  const directives: Directive[] = []
  for (let item = advance(stream); item; item = advance(stream)) {
    if (is(item, '}')) return { directives, open, close: item }
    if (is(item, 'import') && !context.written) expandImport(context)
    else directives.push(readDirective(context, item))
  }
  // A } that ended the last plugin serves CoreDNS as the block's own too.
  if (open && !is(current(stream), '}')) throw neverClosed(stream, open)
  return { directives, open, close: null }
}

export function readDirective(context: Context, name: Item): Directive {
  const { stream } = context
  if (is(name, '{')) throw new CorefileError('the name of a plugin is expected, not {', name.token)
  const items = [name]
  const open: Item[] = []
  while (takeWord(context, items, open));
  const unclosed = open.at(-1)
  const directive = directiveOf(items)
  if (unclosed || !directive) throw neverClosed(stream, unclosed ?? name)
  return directive
}

// A { at the start of a line still belongs to the plugin before it, for CoreDNS looks at the braces first.
function takeWord(context: Context, items: Item[], open: Item[]): boolean {
  const { stream } = context
  const item = advance(stream)
  if (!item) return false
  if (is(item, '{')) open.push(item)
  else if (open.length === 0 && onNewLine(stream)) {
    retreat(stream)
    return false
  } else if (is(item, '}') && !open.pop()) {
    throw new CorefileError('this } must stand in a line of its own', item.token)
  } else if (is(item, 'import') && onNewLine(stream) && !context.written) {
    expandImport(context)
    return true
  }
  items.push(item)
  return true
}

function neverClosed(stream: Stream, open: Item): CorefileError {
  const last = current(stream)?.token ?? open.token
  const where =
    last.file === open.token.file ? `line ${open.token.line}` : `line ${open.token.line} of ${open.token.file}`
  return endOfFile(stream, `the block opened on ${where} is never closed`)
}

/** An error at the last word there is. */
export function endOfFile(stream: Stream, reason: string): CorefileError {
  return new CorefileError(reason, current(stream)?.token ?? { file: 'Corefile', line: 1, column: 1 })
}
