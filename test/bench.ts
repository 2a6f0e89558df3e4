import { spawnSync } from 'node:child_process'
import { buildBinary } from '../krew/build.ts'
import { fixAgainstRollout, fixKubeDns, fixKubelets, fixNoticed } from './bench/fix.ts'
import { type Bench, env, line } from './bench/measure.ts'
import { verifyBenches, verifyMemory, verifyQueries } from './bench/verify.ts'
import { kubectlPath, progressOn, setVariant, up, wanSilent, whyNoCluster } from './cluster/cluster.ts'

/** What `check -v` says of itself: requests and peak memory. */
function effort(binary: string): boolean {
  const { stderr } = spawnSync(binary, ['check', '-v'], { env, encoding: 'utf8' })
  const [, requests, ms, megabytes] = /(\d+) requests .* in (\d+) ms, (\d+) MB/.exec(stderr) ?? []
  const met = Number(megabytes) <= 150
  console.log(
    `\ncheck: ${requests} API requests in ${ms} ms of it; peak memory ${megabytes} MB, bar 150 MB: ${met ? 'met' : 'MISSED'}`,
  )
  return met
}

/** How long `check` takes where names do not resolve: waiting for a dead server must not add up. */
async function broken(binary: string, name: string, breakIt: () => Promise<unknown>): Promise<boolean> {
  await progress(name, breakIt)
  const start = performance.now()
  const { status } = spawnSync(binary, ['check', '--name', `n${Math.floor(start)}.example.com`], {
    env,
    stdio: 'ignore',
  })
  const seconds = (performance.now() - start) / 1000
  const met = status === 1 && seconds <= 10
  console.log(`check, ${name}: ${seconds.toFixed(1)} s, exit ${status}, bar 10 s: ${met ? 'met' : 'MISSED'}`)
  return met
}

const reason = whyNoCluster()
if (reason !== null) throw new Error(reason)
const progress = progressOn(process.stderr)
const binary = await progress('Building dist/kubectl-dnsfix', buildBinary)
await up(progress)
await progress('Healthy CoreDNS', () => setVariant('coredns-healthy'))
const kubectl = kubectlPath()
const benches: readonly Bench[] = [
  {
    name: '--version : kubectl version --client',
    ours: [binary, '--version'],
    theirs: [kubectl, 'version', '--client'],
    bar: 1,
    rounds: 41,
  },
  {
    name: '--help : kubectl version --client',
    ours: [binary, '--help'],
    theirs: [kubectl, 'version', '--client'],
    bar: 1.5,
    rounds: 41,
  },
  {
    name: 'Tab : kubectl version --client',
    ours: [binary, '__complete', 'check', '--'],
    theirs: [kubectl, 'version', '--client'],
    bar: 1.5,
    rounds: 41,
  },
  {
    name: 'check : kubectl get pods -n kube-system',
    ours: [binary, 'check'],
    theirs: [kubectl, 'get', 'pods', '-n', 'kube-system'],
    bar: 6,
    rounds: 21,
  },
  ...verifyBenches(binary),
]
console.log(`${''.padEnd(52)}     ours  kubectl  ratio  bar`)
const met = [...benches.map(line), effort(binary), verifyQueries(binary), verifyMemory(binary)]
try {
  met.push(await broken(binary, 'silent upstream', () => wanSilent(true)))
} finally {
  await wanSilent(false)
}
met.push(await broken(binary, 'looping CoreDNS', () => setVariant('coredns-loop')))
met.push(await broken(binary, 'looping kube-dns', () => setVariant('kube-dns-noloopdetect')))
for (const bench of [fixAgainstRollout, fixKubelets, fixNoticed, fixKubeDns]) met.push(await bench(binary))
process.exitCode = met.every(Boolean) ? 0 : 1
