import { stripVTControlCharacters, styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** How lines are to look: colour only on a terminal, and only when the user has not refused it (no-color.org). */
export interface Style {
  readonly width: number
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
}

export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** `env` decides over colour: `NO_COLOR` (not empty) and `TERM=dumb` turn it off. */
export function styleFor(stream: Terminal, env: Readonly<Record<string, string | undefined>>): Style {
  const colour = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  const paint = (format: Format) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text
  return {
    width: Math.max(60, Math.min(stream.columns || 120, 140)),
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    warn: paint('yellow'),
  }
}

export const visibleLength = (text: string): number => stripVTControlCharacters(text).length

/** Breaks a text at spaces into lines of at most `width`; a word that is longer stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/**
 * A text with a label before its first line and a note behind it, the note at the right edge; longer texts go on under
 * their beginning.
 */
export function row(label: string, text: string, note: string, style: Style): readonly string[] {
  const indent = visibleLength(label)
  const noteWidth = note === '' ? 0 : visibleLength(note) + 2
  const [first, ...rest] = wrap(text, Math.max(20, style.width - indent - noteWidth))
  if (first === undefined) return []
  const gap = style.width - indent - first.length - visibleLength(note)
  const below = rest.map(line => `${' '.repeat(indent)}${line}`)
  if (note === '') return [`${label}${first}`, ...below]
  if (gap >= 2) return [`${label}${first}${' '.repeat(gap)}${style.dim(note)}`, ...below]
  // A word that is too long to be broken leaves no room beside it.
  return [
    `${label}${first}`,
    `${' '.repeat(Math.max(0, style.width - visibleLength(note)))}${style.dim(note)}`,
    ...below,
  ]
}
