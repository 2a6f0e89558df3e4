import { type Change, insertion, type Step } from './edit-change.ts'
import { CorefileError } from './error.ts'
import { parseCorefile } from './parse.ts'
import type { Corefile, Import, ServerBlock, Token } from './types.ts'
import type { Upstreams } from './upstreams.ts'
import { validateCorefile } from './validate.ts'

/** Why these cannot be the targets of `forward` in this version of CoreDNS; null when they can. */
export function whyNoTargets(upstreams: readonly string[], version: string | undefined): string | null {
  if (upstreams.length === 0) return 'no upstream is given'
  const [tried, error] = parsed(`. {\nforward . ${upstreams.join(' ')}\n}\n`)
  const args = tried?.blocks[0]?.directives[0]?.args.slice(1) ?? []
  const odd = upstreams.find((upstream, at) => args[at]?.raw !== upstream || args[at]?.env.length)
  if (error || odd !== undefined || args.length !== upstreams.length)
    return `forward cannot take ${odd ?? upstreams.join(' ')} as its upstream`
  const [problem] = tried ? validateCorefile(tried, version).filter(({ certain }) => certain) : []
  return problem?.message ?? null
}

function parsed(text: string): [Corefile | null, CorefileError | null] {
  try {
    return [parseCorefile(text), null]
  } catch (error) {
    if (error instanceof CorefileError) return [null, error]
    throw error
  }
}

/** The targets of a `forward` or `proxy` become these; those that stay, its zone and its options are not touched. */
export function targetsStep(corefile: Corefile, found: Upstreams, upstreams: readonly string[]): Step {
  const refused = whyElsewhere(corefile, found)
  if (refused) return { refused }
  const { args, name } = found.directive
  const old = args.slice(1)
  const surplus = old.slice(upstreams.length - 1, -1)
  // The last one keeps its place, for a comment can touch it.
  const places = old.filter(token => !surplus.includes(token))
  const replaced = places.flatMap((token, at) => replace(token, upstreams[at] ?? token.text))
  const last = old.at(-1) ?? args[0] ?? name
  const words = [...(args.length === 0 ? ['.'] : []), ...upstreams.slice(places.length)]
  const added = words.length > 0 ? [insertion(last.end, words.map(word => ` ${like(last, word)}`).join(''))] : []
  const [first] = surplus
  const removed = first ? [{ start: first.start, end: last.start, text: '' }] : []
  return { changes: [...removed, ...replaced, ...added], notes: [] }
}

function replace(token: Token, upstream: string): Change[] {
  const same = token.text === upstream && token.env.length === 0
  return same ? [] : [{ start: token.start, end: token.end, text: like(token, upstream) }]
}

// A word in quotes may be followed by another, or by a comment, without a space between.
function like(token: Token, word: string): string {
  return token.quoted ? `"${word}"` : word
}

function whyElsewhere(corefile: Corefile, { plugin, directive, from }: Upstreams): string | null {
  const { name, from: through } = directive
  const what = `the ${plugin} of ${from}`
  if (name.file !== corefile.source.file)
    return `${what} stands in ${name.file}, which an import brings in: it has to be changed there`
  if (through?.kind !== 'snippet') return null
  const snippet = through.target.text
  const uses = corefile.imports.filter(each => each.kind === 'snippet' && each.target.text === snippet)
  return uses.length > 1
    ? `${what} stands in the snippet (${snippet}), which is imported ${uses.length} times: a change would reach the others too`
    : null
}

/** Imports in a server block of which nothing is known: their files were not seen. */
export function unseenImports({ imports }: Corefile, block: ServerBlock): Import[] {
  return imports.filter(each => each.kind === 'unresolved' && (each.from !== null || isWithin(block, each)))
}

/** The same for those that may bring server blocks. */
export function unseenBlocks({ imports, blocks }: Corefile): Import[] {
  return imports.filter(
    each => each.kind === 'unresolved' && (each.from !== null || !blocks.some(block => isWithin(block, each))),
  )
}

// What comes through another import may belong to any block.
function isWithin({ start, end }: ServerBlock, { keyword }: Import): boolean {
  return start <= keyword.start && keyword.start < end
}
