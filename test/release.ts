import { release } from '../krew/release.ts'
import { toolPath } from '../krew/tool.ts'
import { progressOn } from './cluster/progress.ts'
import { type Counts, exitCodeFor, lastLine, runTests, sum } from './runner.ts'

/** Makes the release as it is published, without publishing. It counts as one test. */
export async function makeRelease(): Promise<Counts> {
  const progress = progressOn(process.stderr)
  try {
    for (const tool of ['quill', 'goreleaser', 'krew', 'validate-krew-manifest', 'actionlint'] as const)
      await toolPath(tool)
    await progress('Building and packing five platforms', () => release())
    return { passed: 1, failed: 0 }
  } catch (error) {
    console.error(`There is no release to test. ${error instanceof Error ? error.message : error}`)
    return { passed: 0, failed: 1 }
  }
}

/** The tests of what is in dist/release. */
export const runReleaseTests = (): Promise<Counts> => runTests('release', () => true)

if (process.argv[1] === import.meta.filename) {
  const made = await makeRelease()
  const counts = sum([made, ...(made.failed === 0 ? [await runReleaseTests()] : [])])
  console.log(lastLine(counts))
  process.exitCode = exitCodeFor(counts)
}
