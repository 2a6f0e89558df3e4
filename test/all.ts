import { down, progressOn, whyNoCluster } from './cluster/cluster.ts'
import { runEndToEndTests } from './e2e.ts'
import { installGuests } from './guests.ts'
import { makeRelease, runReleaseTests } from './release.ts'
import { bin, type Counts, exitCodeFor, lastLine, show, sum } from './runner.ts'
import { runUnitTests } from './unit.ts'

/** Checks that are one program each; each counts as one test. */
const checks: readonly (readonly [title: string, argv: readonly string[]])[] = [
  [
    'format and lint',
    [...bin('@biomejs/biome', 'bin/biome'), 'check', '--config-path=test/style.json', '--error-on-warnings'],
  ],
  ['types', [...bin('typescript', 'bin/tsc'), '--noEmit']],
]

async function runCheck([title, argv]: (typeof checks)[number]): Promise<Counts> {
  console.log(`\n# ${title}`)
  const { code } = await show(argv)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failures: [title] }
}

async function all(): Promise<Required<Counts>> {
  await installGuests(progressOn(process.stderr))
  const counts: Counts[] = []
  for (const check of checks) counts.push(await runCheck(check))
  console.log('\n# unit tests')
  counts.push(await runUnitTests())
  await takeDown()
  console.log('\n# the release')
  const made = await makeRelease()
  counts.push(made)
  // One of them installs the release, as a new user would.
  console.log('\n# end-to-end tests on the real cluster')
  counts.push(await runEndToEndTests())
  await takeDown()
  // Last: they use the kubectl that the cluster is built with, and not the cluster.
  console.log('\n# tests of the release')
  if (made.failed === 0) counts.push(await runReleaseTests())
  return sum(counts)
}

/** Before the tests what an earlier run left, killed or not; after them their own. */
async function takeDown(): Promise<void> {
  if (whyNoCluster() === null) await down()
}

try {
  const counts = await all()
  if (counts.failures.length > 0) console.log(`\n# what failed\n${counts.failures.join('\n')}`)
  console.log(`\n${lastLine(counts)}`)
  process.exitCode = exitCodeFor(counts)
} catch (error) {
  console.error(error)
  console.log('\n0 passed, 1 failed')
  process.exitCode = 1
}
