import { replaceEnv } from './env.ts'
import type { Source, Token } from './types.ts'

/** `resume` is where the search for the next word goes on. */
type Word = {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly resume: number
  readonly quoted: boolean
}

// Go's unicode.IsSpace, which is not JavaScript's \s: it has U+0085 and lacks U+FEFF.
const space = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/**
 * Splits a file into words as CoreDNS does (caddyfile/lexer.go) and keeps what stands between them. Never fails: an open
 * quote runs to the end of the file.
 */
export function lex(text: string, file: string, env: (name: string) => string | undefined = () => undefined): Source {
  const tokens: Token[] = []
  let end = 0
  let line = 1
  // A byte order mark takes no column.
  let lineStart = text.startsWith('\ufeff') ? 1 : 0
  const pass = (part: string, from: number) => {
    line += lineBreaks(part)
    const last = part.lastIndexOf('\n')
    if (last >= 0) lineStart = from + last + 1
  }
  for (let word = next(text, lineStart); word; word = next(text, word.resume)) {
    const before = text.slice(end, word.start)
    pass(before, end)
    const raw = text.slice(word.start, word.end)
    const position = { start: word.start, end: word.end, line, column: word.start - lineStart + 1 }
    tokens.push({ ...replaceEnv(word.text, env), raw, before, quoted: word.quoted, file, ...position })
    pass(raw, word.start)
    end = word.end
  }
  return { file, text, tokens, after: text.slice(end) }
}

export function lineBreaks(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function next(text: string, from: number): Word | null {
  const start = skip(text, from)
  if (start >= text.length) return null
  return text[start] === '"' ? quoted(text, start) : plain(text, start)
}

function skip(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    if (text[at] === '#') at = lineEnd(text, at)
    else if (space.test(text[at] ?? '')) at++
    else break
  }
  return at
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

// Two oddities of CoreDNS: a carriage return inside a word is dropped without ending it, and a # inside a word hides
// only what follows it up to the next white space (`a#b c` is `a` and `c`).
function plain(text: string, start: number): Word {
  let value = ''
  let end = start
  let hidden = false
  let at = start
  for (; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === '\r') continue
    if (space.test(char)) break
    hidden ||= char === '#'
    if (hidden) continue
    value += char
    end = at + 1
  }
  return { text: value, start, end, resume: at, quoted: false }
}

function quoted(text: string, start: number): Word | null {
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === '"') return { text: value, start, end: at + 1, resume: at + 1, quoted: true }
    if (char !== '\\') value += char
    else if (at + 1 < text.length) value += text[++at] === '"' ? '"' : `\\${text[at]}`
  }
  return value === '' ? null : { text: value, start, end: text.length, resume: text.length, quoted: true }
}
