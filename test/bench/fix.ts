import { kubectlPath, setVariant, type VariantName } from '../cluster/cluster.ts'
import { nodes } from '../cluster/layout.ts'
import { forget } from '../e2e/fix.ts'
import { whileResolving } from '../e2e/residents.ts'
import { median, milliseconds } from './measure.ts'

/** How long `fix` takes on a cluster that was put in this state for it, proof included; nothing of it is left. */
async function fixed(binary: string, variant: VariantName, args: readonly string[] = []): Promise<number> {
  await forget()
  await setVariant(variant)
  return milliseconds([binary, 'fix', '--yes', ...args])
}

const deployment = ['-n', 'kube-system', 'deployment/coredns'] as const

/** The founding fault with CoreDNS: against a roll-out of the same Deployment, in turns. */
export async function fixAgainstRollout(binary: string): Promise<boolean> {
  const rounds: { ours: number; theirs: number }[] = []
  for (let i = 0; i < 5; i++) {
    const ours = await fixed(binary, 'coredns-loop')
    const restart = milliseconds([kubectlPath(), 'rollout', 'restart', ...deployment])
    const theirs = restart + milliseconds([kubectlPath(), 'rollout', 'status', ...deployment])
    rounds.push({ ours, theirs })
  }
  const [ours, theirs] = [median(rounds.map(r => r.ours)), median(rounds.map(r => r.theirs))]
  const met = ours / theirs <= 4 && ours <= 40_000
  console.log(
    `fix, CoreDNS: ${seconds(ours)}, a roll-out ${seconds(theirs)}, ratio ${(ours / theirs).toFixed(2)}, bars 4 and 40 s: ${said(met)}`,
  )
  return met
}

/** The founding fault with kube-dns, which looks at its ConfigMap when it wants to. */
export async function fixKubeDns(binary: string): Promise<boolean> {
  const ms = await fixed(binary, 'kube-dns-noloopdetect')
  const met = ms <= 110_000
  console.log(`fix, kube-dns: ${seconds(ms)}, bar 110 s: ${said(met)}`)
  return met
}

export async function fixKubelets(binary: string): Promise<boolean> {
  const ms = (await fixed(binary, 'coredns-loop', ['--method', 'kubelet'])) / nodes.length
  const met = ms <= 25_000
  console.log(`fix --method kubelet: ${seconds(ms)} a node, bar 25 s: ${said(met)}`)
  return met
}

/** What Pods notice that resolve ten names a second while the upstreams of a working CoreDNS are changed, and changed back. */
export async function fixNoticed(binary: string): Promise<boolean> {
  await forget()
  await setVariant('coredns-healthy')
  const asked = await whileResolving(async () => {
    milliseconds([binary, 'fix', '--upstream', '8.8.4.4', '--yes'])
    milliseconds([binary, 'undo', '--yes'])
  })
  const unanswered = asked.filter(a => !a.isAnswered).length
  const slowest = Math.max(...asked.map(a => a.ms))
  console.log(
    `fix of a working CoreDNS: of ${asked.length} names ${unanswered} unanswered, bar 0: ${said(unanswered === 0)}; the slowest took ${slowest} ms`,
  )
  return unanswered === 0
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const said = (met: boolean): string => (met ? 'met' : 'MISSED')
