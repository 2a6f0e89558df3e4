import { buildBinary } from '../krew/build.ts'
import { progressOn, up, whyNoCluster } from './cluster/cluster.ts'
import { type Counts, exitCodeFor, lastLine, runTests } from './runner.ts'

/**
 * The other half: the built binary on the real cluster, which is started when it is not up and stays up.
 * `pattern` chooses by file name or by the name of a test; without it everything runs.
 */
export async function runEndToEndTests(pattern = ''): Promise<Counts> {
  const reason = whyNoCluster()
  if (reason !== null) {
    console.error(`The end-to-end tests cannot run here. ${reason} The rest: npm run test:unit`)
    return { passed: 0, failed: 1 }
  }
  const progress = progressOn(process.stderr)
  await progress('Building dist/kubectl-dnsfix', buildBinary)
  await up(progress)
  process.env.E2E_PATTERN = pattern
  return runTests('e2e', () => true)
}

if (process.argv[1] === import.meta.filename) {
  const counts = await runEndToEndTests(process.argv[2])
  console.log(lastLine(counts))
  process.exitCode = exitCodeFor(counts)
}
