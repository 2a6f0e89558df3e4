import { kubectlPath } from '../cluster/cluster.ts'
import { againstKubectl } from './measure.ts'
import type { Result } from './result.ts'

/** How long one waits before anything happens: against the least that kubectl can be asked for. */
export const starts = (binary: string): readonly Result[] =>
  [
    { words: ['--version'], bar: 1 },
    { words: ['--help'], bar: 1.5 },
    { words: ['__complete', 'check', '--'], name: 'Tab', bar: 1.5 },
  ].map(({ words, name, bar }) =>
    againstKubectl({
      name: name ?? `\`${words.join(' ')}\``,
      ours: [binary, ...words],
      theirs: [kubectlPath(), 'version', '--client'],
      theirName: '`kubectl version --client`',
      bar,
      rounds: 41,
    }),
  )
