import { checkPlugins } from './check-plugins.ts'
import { checkForward, checkHosts, checkKubernetes } from './check-single.ts'
import { checkZones } from './check-zones.ts'
import type { Problem } from './problem.ts'
import type { Corefile } from './types.ts'

export type { Problem } from './problem.ts'

/**
 * Everything that makes CoreDNS of this version refuse to start with this Corefile, in the order of the text. `certain`
 * is false where it hangs on something that is not seen: a plugin the image may have been built with, an unknown version.
 * An unknown version counts as the newest, 1.14.7.
 */
export function validateCorefile(corefile: Corefile, version: string | undefined): Problem[] {
  const inBlocks = corefile.blocks.flatMap(block => [
    ...checkPlugins(block, version),
    ...checkForward(block, version),
    ...checkKubernetes(block),
    ...checkHosts(block),
  ])
  const files = corefile.sources.map(source => source.file)
  return [...checkZones(corefile), ...inBlocks].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  )
}
