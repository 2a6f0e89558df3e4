import { documented, helpExamples } from '../docs/commands.ts'

/** A command line as a reader would type it on the test cluster. */
export interface Line {
  readonly at: string
  readonly words: readonly string[]
}

/** What stands for the reader's own, and what the test cluster has in its place. */
const own: Readonly<Record<string, string>> = {
  prod: 'kubernetes-admin@kubernetes',
  'w1,w2': 'cp1,w1',
  'intra.corp=10.1.2.3': 'icttoracon.net=203.0.113.10',
  'example.org/tools:1': 'example.test/tools:1',
  '10.0.0.2,10.0.0.3': '8.8.8.8,8.8.4.4',
}

/** Every command line of these commands in the documents and in --help, each once, in the order in which they stand there. */
export function linesOf(...commands: readonly string[]): readonly Line[] {
  const all = [...documented(), ...helpExamples].filter(({ words }) => commands.includes(words[0] ?? ''))
  const lines = all.map(({ at, words }) => ({ at, words: words.map(word => own[word] ?? word) }))
  return [...Map.groupBy(lines, ({ words }) => words.join(' ')).values()].flatMap(([first]) => first ?? [])
}
