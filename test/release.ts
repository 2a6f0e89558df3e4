import { release } from '../krew/release.ts'
import { toolPath } from '../krew/tool.ts'
import { progressOn } from './cluster/progress.ts'
import { type Counts, exitCodeFor, lastLine, runTests } from './runner.ts'

/** The release as it is published, made without publishing, and the tests of what came out. */
export async function runReleaseTests(): Promise<Counts> {
  const progress = progressOn(process.stderr)
  try {
    for (const tool of ['quill', 'goreleaser', 'krew', 'validate-krew-manifest', 'actionlint'] as const)
      await toolPath(tool)
    await progress('Building and packing five platforms', () => release())
  } catch (error) {
    console.error(`There is no release to test. ${error instanceof Error ? error.message : error}`)
    return { passed: 0, failed: 1 }
  }
  return runTests('release', () => true)
}

if (process.argv[1] === import.meta.filename) {
  const counts = await runReleaseTests()
  console.log(lastLine(counts))
  process.exitCode = exitCodeFor(counts)
}
