import { posix } from 'node:path'
import { CorefileError } from './error.ts'
import { lex } from './lex.ts'
import { advanceOnLine, current, type Item, insert, is, itemsOf, type Stream, streamOf } from './stream.ts'
import type { Import, ParseOptions, Snippet, Source, Statement, Token } from './types.ts'

export type Context = {
  readonly stream: Stream
  readonly options: ParseOptions
  readonly snippets: Map<string, Snippet>
  readonly imports: Import[]
  readonly sources: Map<string, Source>
  /** Set to read the text as it is written: imports stay, and every statement is put here. */
  readonly written: Statement[] | null
  /** Words put in by imports so far. */
  imported: number
}

export function contextOf(source: Source, options: ParseOptions, written: Statement[] | null): Context {
  const sources = new Map([[source.file, source]])
  return { stream: streamOf(source.tokens), options, snippets: new Map(), imports: [], sources, written, imported: 0 }
}

// CoreDNS stops after 10000 snippets or 100000 files (caddyfile/parse.go); ConfigMaps cannot hold this many words.
const maxImports = 10_000
const maxWords = 1_000_000

/** Replaces the `import` that is the current word, and its argument, by the words it stands for. */
export function expandImport(context: Context): void {
  const { stream } = context
  const keyword = current(stream)
  if (!keyword) return
  const target = importTarget(stream, keyword)
  stream.read.length -= 2
  const found = resolve(context, keyword, target)
  context.imports.push(found.import)
  context.imported += found.tokens.length
  if (context.imports.length > maxImports || context.imported > maxWords)
    throw new CorefileError('the imports expand to more than CoreDNS accepts', keyword.token)
  insert(stream, itemsOf(found.tokens, found.import))
}

/** Reads the argument of `import`, which is then the current word. */
export function importTarget(stream: Stream, keyword: Item): Token {
  const target = advanceOnLine(stream)?.token
  if (!target) throw new CorefileError('import needs the name of a snippet or a file', keyword.token)
  if (target.text === '') throw new CorefileError('import needs a name that is not empty', target)
  const second = advanceOnLine(stream)
  if (second)
    throw new CorefileError(`import takes one name only, and ${second.token.raw} is a second one`, second.token)
  return target
}

type Found = { readonly import: Import; readonly tokens: readonly Token[] }

function resolve(context: Context, keyword: Item, target: Token): Found {
  const base = { keyword: keyword.token, target, from: keyword.from }
  const snippet = context.snippets.get(target.text)
  if (snippet) {
    if (chain(keyword.from).some(outer => outer.kind === 'snippet' && outer.target.text === target.text))
      throw new CorefileError(`snippet ${target.text} imports itself${through(keyword.from)}`, target)
    return { import: { ...base, kind: 'snippet', files: [] }, tokens: snippet.tokens }
  }
  const { files } = context.options
  if (!files || target.env.length > 0) return { import: { ...base, kind: 'unresolved', files: [] }, tokens: [] }
  const matches = matchingFiles(target, files)
  const reading = [keyword.token.file, ...chain(keyword.from).map(outer => outer.keyword.file)]
  const again = matches.find(path => reading.includes(path))
  if (again) throw new CorefileError(`${again} imports itself${through(keyword.from)}`, target)
  const tokens = matches.flatMap(path => readSource(context, path, files).tokens)
  return { import: { ...base, kind: 'files', files: matches }, tokens }
}

function chain(from: Import | null): Import[] {
  const outer: Import[] = []
  for (let at = from; at; at = at.from) outer.push(at)
  return outer
}

function through(from: Import | null): string {
  const names = chain(from).map(outer => outer.target.text)
  return names.length > 1 ? ` (through ${names.reverse().join(', ')})` : ''
}

function readSource(context: Context, path: string, files: ReadonlyMap<string, string>): Source {
  const known = context.sources.get(path)
  if (known) return known
  const source = lex(files.get(path) ?? '', path, context.options.env)
  context.sources.set(path, source)
  return source
}

// caddyfile/parse.go, doImport: relative to the file that holds the `import`; one wildcard only; a pattern may match
// nothing, a plain name may not.
function matchingFiles(target: Token, files: ReadonlyMap<string, string>): string[] {
  const pattern = posix.resolve(posix.dirname(target.file), target.text)
  const stars = pattern.split('*').length - 1
  const marks = pattern.split('?').length - 1
  if (stars > 1 || marks > 1 || (pattern.includes('[') && pattern.includes(']')))
    throw new CorefileError(`import takes a path with one wildcard at most, and ${target.text} has more`, target)
  if (pattern.includes('[')) throw new CorefileError(`import cannot read the pattern ${target.text}`, target)
  const matcher = matcherOf(pattern)
  const matches = [...files.keys()].filter(path => matcher.test(path)).sort()
  const directory = [...files.keys()].some(path => isInside(matcher, path))
  if (directory) throw new CorefileError(`import cannot read ${target.text}: it matches a directory`, target)
  if (matches.length === 0 && !/[*?\]]/.test(pattern))
    throw new CorefileError(`the file to import was not found: ${target.text}`, target)
  return matches
}

function isInside(matcher: RegExp, path: string): boolean {
  for (let parent = posix.dirname(path); parent !== '/' && parent !== '.'; parent = posix.dirname(parent))
    if (matcher.test(parent)) return true
  return false
}

function matcherOf(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|[\s\S]/gu, (char, escaped?: string) => {
    if (char === '*') return '[^/]*'
    if (char === '?') return '[^/]'
    return (escaped ?? char).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 'u')
}

/** Whether these words import `name` at the start of a line: CoreDNS refuses such a snippet where it is defined. */
export function importsItself(name: string, items: readonly Item[]): Token | null {
  for (const [at, item] of items.entries()) {
    const before = items[at - 1]?.token
    const starts = !before || before.file !== item.token.file || before.line !== item.token.line
    const next = items[at + 1]?.token
    if (is(item, 'import') && starts && next?.text === name) return next
  }
  return null
}
