import { type Body, emptyBody, readBody } from './body.ts'
import { type Context, contextOf } from './imports.ts'
import { readKeys } from './keys.ts'
import { readSnippet, snippetName } from './snippets.ts'
import { advance, type Item } from './stream.ts'
import type { Directive, ServerBlock, Snippet } from './types.ts'
import { zonesOfKey } from './zones.ts'

/** Reads every server block, as `parser.parseAll` of CoreDNS does (caddyfile/parse.go). */
export function readBlocks(context: Context): ServerBlock[] {
  const blocks: ServerBlock[] = []
  while (advance(context.stream)) {
    const block = readBlock(context)
    if (block) blocks.push(block)
  }
  // CoreDNS drops a block without keys, for example one that begins with its brace.
  return blocks.filter(block => block.keys.length > 0)
}

function readBlock(context: Context): ServerBlock | null {
  const { keys, ended } = readKeys(context)
  const name = ended ? null : snippetName(keys)
  if (name !== null) {
    const snippet = readSnippet(context, name, keys)
    context.written?.push({ kind: 'snippet', snippet, body: bodyOf(snippet) })
    return null
  }
  const block = blockOf(context, keys, ended ? emptyBody : readBody(context))
  if (block) context.written?.push({ kind: 'block', block })
  return block
}

function bodyOf(snippet: Snippet): readonly Directive[] {
  const source = {
    file: snippet.key.file,
    text: '',
    tokens: [snippet.open, ...snippet.tokens, snippet.close],
    after: '',
  }
  const context = contextOf(source, {}, [])
  advance(context.stream)
  return readBody(context).directives
}

function blockOf(context: Context, keys: readonly Item[], body: Body): ServerBlock | null {
  const first = keys[0] ?? body.open
  if (!first) return null
  const { file, start } = first.token
  const words = [...keys, body.open, body.close].map(item => item?.token).filter(token => token?.file === file)
  const inside = body.directives.filter(directive => directive.name.file === file)
  return {
    keys: keys.map(key => key.token),
    zones: keys.flatMap(key => zonesOfKey(key.token, context.options.port).zones),
    directives: body.directives,
    open: body.open?.token ?? null,
    close: body.close?.token ?? null,
    start,
    end: Math.max(words.at(-1)?.end ?? 0, inside.at(-1)?.end ?? 0),
    from: first.from,
  }
}
