import { type Candidate, offer } from './completion/candidates.ts'
import { namesThere } from './completion/names.ts'
import { read } from './completion/typed.ts'

/**
 * Answers `__complete WORD…`, as kubectl and the scripts of `completion` ask it: the words as far as the cursor, the last of them the
 * one to complete. A line for each candidate, `VALUE<Tab>DESCRIPTION`, and a last line `:DIRECTIVE`; without descriptions for
 * `__completeNoDesc`. Descriptions are partly the cluster's own words: they are one line, without what a terminal would act upon.
 * Source: cobra, completions.go.
 */
export async function completion([request, ...words]: readonly string[]): Promise<string> {
  const { candidates, files } = await offer(read(words), namesThere)
  const line = ({ value, what }: Candidate) =>
    request === '__complete' && what ? `${value}\t${what.replace(/[\s\p{C}]+/gu, ' ')}` : value
  return [...candidates.map(line), `:${files ? anyFile : noFiles}`, ''].join('\n')
}

/** cobra's ShellCompDirectiveDefault and ShellCompDirectiveNoFileComp. */
const anyFile = 0
const noFiles = 4
