import { readBlocks } from './blocks.ts'
import { CorefileError } from './error.ts'
import { contextOf } from './imports.ts'
import { lex } from './lex.ts'
import type { Corefile, ParseOptions, Source, Statement } from './types.ts'

/**
 * Reads a Corefile by the rules of CoreDNS 1.14 (its caddyfile/lexer.go and parse.go). Plugin names and arguments are not
 * judged: `validateCorefile` does that. Throws a CorefileError where CoreDNS could not read the file either.
 */
export function parseCorefile(text: string, options: ParseOptions = {}): Corefile {
  const path = options.path ?? '/etc/coredns/Corefile'
  const source = lex(text, path, options.env)
  const context = contextOf(source, options, null)
  const blocks = readBlocks(context)
  return {
    text,
    source,
    blocks,
    snippets: [...context.snippets.values()],
    imports: context.imports,
    statements: readStatements(source, options),
    sources: [...context.sources.values()],
  }
}

// A file can hold a brace whose counterpart comes from an imported file. Only then the text alone does not parse where
// the whole did, and the statements end before it.
function readStatements(source: Source, options: ParseOptions): Statement[] {
  const statements: Statement[] = []
  try {
    readBlocks(contextOf(source, options, statements))
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error
  }
  return statements
}
