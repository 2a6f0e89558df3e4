import { spawnSync } from 'node:child_process'
import { kubectlPath, setVariant, type VariantName, wanSilent } from '../cluster/cluster.ts'
import { againstKubectl, env } from './measure.ts'
import { type Result, seconds } from './result.ts'

/** `check` of a healthy cluster: its time, and what it says of itself. */
export const checks = (binary: string): readonly Result[] => [
  againstKubectl({
    name: '`check`',
    ours: [binary, 'check'],
    theirs: [kubectlPath(), 'get', 'pods', '-n', 'kube-system'],
    theirName: '`kubectl get pods -n kube-system`',
    bar: 6,
    rounds: 21,
  }),
  effort(binary),
]

function effort(binary: string): Result {
  const { stderr } = spawnSync(binary, ['check', '-v'], { env, encoding: 'utf8' })
  const [, requests, megabytes] = /(\d+) requests .* in \d+ ms, (\d+) MB/.exec(stderr) ?? []
  return {
    what: `memory of \`check\`, which makes ${requests} requests`,
    measured: `${megabytes} MB`,
    bar: '≤ 150 MB',
    met: Number(megabytes) <= 150,
  }
}

/** How long `check` takes where the upstream does not answer. */
export async function checkSilent(binary: string): Promise<Result> {
  try {
    await wanSilent(true)
    return broken(binary, 'a silent upstream')
  } finally {
    await wanSilent(false)
  }
}

export async function checkLooping(binary: string, variant: VariantName, name: string): Promise<Result> {
  await setVariant(variant)
  return broken(binary, name)
}

/** Where names do not resolve: waiting for a dead server must not add up. */
function broken(binary: string, name: string): Result {
  const start = performance.now()
  const args = ['check', '--name', `n${Math.floor(start)}.example.com`]
  const { status } = spawnSync(binary, args, { env, stdio: 'ignore' })
  const ms = performance.now() - start
  const measured = status === 1 ? seconds(ms) : `exit ${status}`
  return { what: `\`check\` with ${name}`, measured, bar: '≤ 10 s', met: status === 1 && ms <= 10_000 }
}
