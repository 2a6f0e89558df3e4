import { exitCodeFor, lastLine, runTests } from './runner.ts'

/** The quick half: everything that needs neither a cluster nor a built binary. */
export const runUnitTests = () => runTests('.', file => !/^(e2e|release)[/\\]/.test(file))

if (process.argv[1] === import.meta.filename) {
  const counts = await runUnitTests()
  console.log(lastLine(counts))
  process.exitCode = exitCodeFor(counts)
}
