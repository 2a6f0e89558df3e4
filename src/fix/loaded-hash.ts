import { createHash } from 'node:crypto'
import type { Corefile, ServerBlock, Token } from '../corefile/types.ts'

/**
 * The hashes by which CoreDNS calls this Corefile in `Running configuration SHA512 = …` (before 1.9.1 `MD5`): of the JSON that
 * Go writes for its parsed blocks (coredns plugin/reload/reload.go: parse; caddy caddyfile/parse.go: ServerBlock, Token).
 * Undefined where the words come from more than the one file, or from the DNS container's environment.
 */
export function runningHashes(corefile: Corefile): readonly string[] | undefined {
  const isWhole = corefile.imports.length === 0 && corefile.snippets.length === 0
  const isKnown = corefile.source.tokens.every(t => t.env.length === 0 && !/\{[$%]/.test(t.raw))
  if (!isWhole || !isKnown) return undefined
  const text = goJson(corefile.blocks.map(block => parsedBlock(block, corefile.source.tokens)))
  return ['sha512', 'md5'].map(algorithm => createHash(algorithm).update(text).digest('hex'))
}

/** As Go has it: the keys, and for each plugin all of its words, those of a repeated plugin in one list. */
function parsedBlock(block: ServerBlock, tokens: readonly Token[]) {
  const own = block.directives.map((directive, at) => {
    const end = block.directives[at + 1]?.start ?? block.close?.start ?? Number.POSITIVE_INFINITY
    return { name: directive.name.text, words: tokens.filter(t => t.start >= directive.start && t.start < end) }
  })
  const byName = Map.groupBy(own, directive => directive.name)
  const sorted = [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
  const words = sorted.map(([name, group]) => [name, group.flatMap(g => g.words.map(wordOf))])
  return { Keys: block.keys.map(key => key.text.replace(/,$/, '')), Tokens: Object.fromEntries(words) }
}

/** Words of the main file carry no file name (caddyfile/lexer.go); only imported ones do. */
const wordOf = ({ line, text }: Token) => ({ File: '', Line: line, Text: text })

/** encoding/json writes these five as escapes, so that its text can stand in HTML and JavaScript. */
const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
