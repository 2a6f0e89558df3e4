import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { buildBinary, version } from '../krew/build.ts'
import { checkLooping, checkSilent, checks } from './bench/check.ts'
import { fixAgainstRollout, fixKubeDns, fixKubelets, fixNoticed } from './bench/fix.ts'
import { env } from './bench/measure.ts'
import { releases } from './bench/release.ts'
import { lineOf, type Result, tableOf, withTable } from './bench/result.ts'
import { starts } from './bench/start.ts'
import { verifies } from './bench/verify.ts'
import { kubectlPath, progressOn, setVariant, up, whyNoCluster } from './cluster/cluster.ts'
import { root } from './runner.ts'

/** Measures everything that has a bar: `npm run bench`. With `--write` the table in README.md is written anew. */
const reason = whyNoCluster()
if (reason !== null) throw new Error(reason)
const progress = progressOn(process.stderr)
const binary = await progress('Building dist/kubectl-dnsfix', buildBinary)
await up(progress)
await progress('Healthy CoreDNS', () => setVariant('coredns-healthy'))

const results: Result[] = []
const measured = (more: readonly Result[]): void => {
  for (const result of more) console.log(lineOf(result))
  results.push(...more)
}

measured(starts(binary))
measured(checks(binary))
measured(verifies(binary))
measured([await checkSilent(binary)])
measured([await checkLooping(binary, 'coredns-loop', 'CoreDNS that crashes on its loop')])
measured([await checkLooping(binary, 'kube-dns-noloopdetect', 'kube-dns that asks itself')])
for (const bench of [fixAgainstRollout, fixKubelets, fixNoticed, fixKubeDns]) measured([await bench(binary)])
measured(await releases())

if (process.argv.includes('--write')) {
  const readme = join(root, 'README.md')
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), tableOf(results, on())))
}
process.exitCode = results.every(({ met }) => met) ? 0 : 1

/** What was measured, and where. */
function on(): string {
  const { stdout } = spawnSync(kubectlPath(), ['version', '-o', 'json'], { env, encoding: 'utf8' })
  const { serverVersion } = JSON.parse(stdout)
  const where = `${availableParallelism()} cores that also run the cluster: two nodes, Kubernetes ${serverVersion.gitVersion}`
  return `Version ${version}, medians, on ${where}. \`npm run bench -- --write\` measures it again.`
}
