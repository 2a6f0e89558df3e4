import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { texts } from '../../src/cli/texts.ts'
import { commands } from '../../src/flags.ts'
import { root } from '../runner.ts'

/** A command line of a document or of --help, without `kubectl dnsfix`. */
export interface Documented {
  /** of the document, and the line in it; or whose --help it is */
  readonly at: string
  readonly line: string
  readonly words: readonly string[]
}

export const documents: readonly string[] = ['README.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root }).sort()]

export const textOf = (document: string): string => readFileSync(join(root, document), 'utf8').replaceAll('\r\n', '\n')

/** Every `kubectl dnsfix …` of the documents that is a command line: in code between backticks, in blocks, or in scripts of CI systems. */
export const documented = (): readonly Documented[] =>
  documents.flatMap(document =>
    withoutWraps(textOf(document)).flatMap((text, number) =>
      [...text.matchAll(/(?<=^|[\s`(-])kubectl dnsfix(?![\w-])/g)].flatMap(({ index }) => {
        const isInline = text.slice(0, index).split('`').length % 2 === 0
        const rest = text.slice(index + 'kubectl dnsfix'.length)
        const line = isInline ? (rest.split('`')[0] ?? '') : rest
        if (!isInline && !isCommandLine(text, index)) return []
        return [{ at: `${document}:${number + 1}`, line: line.trim(), words: wordsOf(line) }]
      }),
    ),
  )

/** The lines that README.md shows a command to print; `...` stands for lines that are left out. */
export const shown = (line: string): readonly string[] =>
  (textOf('README.md').split(`\n$ ${line}\n`)[1]?.split('\n```')[0] ?? '').split('\n')

/** The examples of --help. */
export const helpExamples: readonly Documented[] = commands.flatMap(command =>
  texts[command].examples.map(([line]) => ({ at: `${command} --help`, line, words: wordsOf(line) })),
)

/** A code span may go on in the next line, where it would be looked for in vain: the line break counts as a blank. */
const withoutWraps = (text: string): readonly string[] =>
  text.replace(/`kubectl dnsfix[^`\n]*\n[^`\n]*`/g, span => span.replace('\n', ' ')).split('\n')

/** Alone in its line, behind a prompt, or the script of a CI system; else it is prose, or what the program says. */
const isCommandLine = (text: string, index: number): boolean =>
  /^\s*(\$ |- run: |- |run: )?$/.test(text.slice(0, index))

/** As a shell would split it, up to a pipe, a redirection, a comment, or the next command. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  for (const [token] of line.matchAll(/#.*|[|<>;&].*|(?:'[^']*'|"[^"]*"|[^\s'"|<>;&])+/g)) {
    if (/^[#|<>;&]/.test(token)) break
    words.push(token.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
  }
  return words
}
