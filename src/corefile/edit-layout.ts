import { type Change, insertion, nothing, type Step } from './edit-change.ts'
import { lineBreaks } from './lex.ts'
import type { Corefile, Directive, ServerBlock } from './types.ts'

/** How the file ends its lines. */
export function lineEndOf(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** How far the file moves the plugins of a server block in; four spaces where it has none. */
export function indentOfPlugins(corefile: Corefile): string {
  const { text } = corefile
  const found = writtenBlocks(corefile).flatMap(({ start, directives }) => {
    const outer = indentAt(text, start) ?? ''
    return directives.map(directive => deeper(outer, indentAt(text, directive.start)))
  })
  return found.find(indent => indent !== null) ?? '    '
}

/** How far the file moves the options of a plugin in; as its plugins where none has options. */
function indentOfOptions(corefile: Corefile): string {
  const { text } = corefile
  const plugins = writtenBlocks(corefile).flatMap(block => block.directives)
  const found = plugins.flatMap(({ start, block }) => {
    const outer = indentAt(text, start) ?? ''
    return (block ?? []).map(option => deeper(outer, indentAt(text, option.start)))
  })
  return found.find(indent => indent !== null) ?? indentOfPlugins(corefile)
}

function deeper(outer: string, inner: string | null): string | null {
  return inner?.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : null
}

function writtenBlocks({ statements }: Corefile): ServerBlock[] {
  return statements.flatMap(statement => (statement.kind === 'block' ? [statement.block] : []))
}

/** The white space before `at` in its line; null when something else stands there too. */
function indentAt(text: string, at: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^[ \t]*$/.test(before) ? before : null
}

/**
 * Adds a plugin to a server block in a line of its own: before the first plugin of those names, comments above that left
 * to it, else as the last one. Refused for a block that is not written in this file.
 */
export function pluginLine(corefile: Corefile, block: ServerBlock, line: string, before: readonly string[]): Step {
  const written = writtenBlocks(corefile).find(({ start }) => start === block.start)
  const [key] = block.keys
  if (!written || block.from || key?.file !== corefile.source.file)
    return { refused: `the server block ${key?.raw} is imported, so that ${line} cannot be added to it here` }
  const { directives, start, close } = written
  if (block.close?.start !== close?.start || block.close?.file !== close?.file)
    return {
      refused: `the server block ${key.raw} ends in what it imports, so that ${line} cannot be added to it here`,
    }
  const anchor = directives.findIndex(({ name }) => before.includes(name.text))
  const neighbours = [...directives.slice(Math.max(anchor, 0)), ...directives]
  const own = (indentAt(corefile.text, start) ?? '') + indentOfPlugins(corefile)
  const indent = neighbours.map(each => indentAt(corefile.text, each.start)).find(each => each !== null) ?? own
  return { ...nothing, changes: [lineAfter(corefile, endBefore(corefile, written, anchor), indent + line)] }
}

/** Where ends what the plugin at `anchor` follows, or, for -1, the next one at the end of the block. */
function endBefore({ source }: Corefile, { directives, open, close, end }: ServerBlock, anchor: number): number {
  // Where the } of the last plugin is taken for that of the block, nothing can come after it.
  const previous = anchor < 0 && !(open && !close) ? directives.at(-1) : directives[anchor - 1]
  if (previous) return endOf(previous)
  if (open) return open.end
  // Not the last key: quotes with nothing between them can follow it.
  const first = directives[0]?.start ?? close?.start ?? Number.POSITIVE_INFINITY
  return source.tokens.findLast(token => token.start < first)?.end ?? end
}

function endOf({ end, extra }: Directive): number {
  return Math.max(end, ...extra.map(endOf))
}

/** The option lines of a plugin that is written in this file grow by one, with braces where there were none. */
export function optionLine(corefile: Corefile, directive: Directive, line: string): readonly Change[] {
  const { text } = corefile
  const { block, open, name, args, start } = directive
  const outer = indentAt(text, start) ?? ''
  const indents = (block ?? []).map(option => indentAt(text, option.start))
  const indent = indents.find(each => each !== null) ?? outer + indentOfOptions(corefile)
  const last = block?.at(-1)
  if (open) return [lineAfter(corefile, last ? endOf(last) : open.end, indent + line)]
  const { end } = args.at(-1) ?? name
  // A comment that touches the word ends at the next white space, and must not begin to touch the brace.
  const gap = /^(?:\s|$)/.test(text.slice(end, end + 1)) ? '' : ' '
  return [insertion(end, ` {${gap}`), lineAfter(corefile, end, `${indent}${line}${lineEndOf(text)}${outer}}`)]
}

/** Puts a line after the one in which a word ends; where another word follows in that line, it moves to the next. */
function lineAfter({ text, source }: Corefile, end: number, line: string): Change {
  const next = source.tokens.find(token => token.start >= end)
  const lineEnd = lineEndOf(text)
  if (next && lineBreaks(text.slice(end, next.start)) === 0) return insertion(next.start, `${lineEnd}${line}${lineEnd}`)
  const newLine = text.indexOf('\n', end)
  const at = newLine < 0 ? text.length : newLine
  return insertion(at > end && text[at - 1] === '\r' ? at - 1 : at, lineEnd + line)
}
