import { kubectlPath, setVariant, type VariantName } from '../cluster/cluster.ts'
import { nodes } from '../cluster/layout.ts'
import { forget } from '../e2e/fix.ts'
import { whileResolving } from '../e2e/residents.ts'
import { median, milliseconds } from './measure.ts'
import { type Result, seconds } from './result.ts'

/** How long `fix` takes on a cluster that was put in this state for it, proof included; nothing of it is left. */
async function fixed(binary: string, variant: VariantName, args: readonly string[] = []): Promise<number> {
  await forget()
  await setVariant(variant)
  return milliseconds([binary, 'fix', '--yes', ...args])
}

const deployment = ['-n', 'kube-system', 'deployment/coredns'] as const

/** The founding fault with CoreDNS: against a roll-out of the same Deployment, in turns. */
export async function fixAgainstRollout(binary: string): Promise<Result> {
  const rounds: { ours: number; theirs: number }[] = []
  for (let i = 0; i < 5; i++) {
    const ours = await fixed(binary, 'coredns-loop')
    const restart = milliseconds([kubectlPath(), 'rollout', 'restart', ...deployment])
    const theirs = restart + milliseconds([kubectlPath(), 'rollout', 'status', ...deployment])
    rounds.push({ ours, theirs })
  }
  const [ours, theirs] = [median(rounds.map(r => r.ours)), median(rounds.map(r => r.theirs))]
  return {
    what: '`fix` of CoreDNS with its proof, against `kubectl rollout restart`',
    measured: `${seconds(ours)} : ${seconds(theirs)} = ${(ours / theirs).toFixed(2)}`,
    bar: '≤ 4.0 ×, ≤ 40 s',
    met: ours / theirs <= 4 && ours <= 40_000,
  }
}

/** The founding fault with kube-dns, which looks at its ConfigMap when it wants to. */
export async function fixKubeDns(binary: string): Promise<Result> {
  const ms = await fixed(binary, 'kube-dns-noloopdetect')
  return { what: '`fix` of kube-dns with its proof', measured: seconds(ms), bar: '≤ 110 s', met: ms <= 110_000 }
}

export async function fixKubelets(binary: string): Promise<Result> {
  const ms = (await fixed(binary, 'coredns-loop', ['--method', 'kubelet'])) / nodes.length
  return { what: '`fix --method kubelet`, for each node', measured: seconds(ms), bar: '≤ 25 s', met: ms <= 25_000 }
}

/** What Pods notice that resolve ten names a second while the upstreams of a working CoreDNS are changed, and changed back. */
export async function fixNoticed(binary: string): Promise<Result> {
  await forget()
  await setVariant('coredns-healthy')
  const asked = await whileResolving(async () => {
    milliseconds([binary, 'fix', '--upstream', '8.8.4.4', '--yes'])
    milliseconds([binary, 'undo', '--yes'])
  })
  const unanswered = asked.filter(a => !a.isAnswered).length
  const slowest = Math.max(...asked.map(a => a.ms))
  return {
    what: `names that Pods do not get during \`fix\` of a working CoreDNS, the slowest after ${slowest} ms`,
    measured: `${unanswered} of ${asked.length}`,
    bar: '0',
    met: unanswered === 0,
  }
}
