import { splitPort } from '../dns/address.ts'
import type { Client } from '../kube/client.ts'
import { proberFor } from '../probes/choose.ts'
import type { Ask, Prober } from '../probes/prober.ts'
import { type RoundOptions, runRound } from '../probes/round.ts'
import { freePort, newRunId } from '../probes/run-id.ts'
import { serversIn } from '../probes/targets.ts'
import type { Observation, ProbeQuestion, Target } from '../snapshot/observations.ts'
import { howText, judgeOf } from '../snapshot/right.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

export interface AskOptions {
  /** of the DNS Pods, whose network policies count here */
  readonly namespace: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** An upstream that must not be written, and why. */
export interface BadUpstream {
  readonly address: string
  readonly reason: string
}

/**
 * Asks upstreams from the network of the DNS Pods, over UDP and TCP, before anything is written: from a short-lived Pod on each
 * node that a DNS Pod runs on, or on every node where none runs. Resolves with those that do not answer from each of them; where
 * no Pod could ask, every upstream is among them: what was not asked is not known to be good.
 */
export async function askUpstreams(
  client: Client,
  snapshot: Snapshot,
  upstreams: readonly string[],
  options: AskOptions,
): Promise<readonly BadUpstream[]> {
  const asks = asksOf(upstreams, questionsOf(snapshot))
  // A closed network has no names that an upstream could be asked for.
  if (asks.length === 0) return []
  const prober = await proberFor(snapshot.evidence, undefined)
  const tasks = nodesOf(snapshot).map(node => ({ node, from: 'pod', asks }) as const)
  const round = await runRound(tasks, roundOptions(client, prober, options))
  if (round.probes.length === 0) {
    const reason = `could not be asked: ${round.gaps[0]?.detail ?? 'no Pod could ask'}`
    return upstreams.map(address => ({ address, reason }))
  }
  return upstreams.flatMap(upstream => badOf(upstream, round.observations, judgeOf(round.probes)))
}

const roundOptions = (client: Client, prober: Prober, { say, ...options }: AskOptions): RoundOptions => ({
  ...options,
  client,
  prober,
  run: newRunId(),
  firstPort: freePort(),
  keep: false,
  progress: ({ done, total }) => say(`Asking the upstreams from Pods: ${done} of ${total} done`),
  left: pods => say(`${pods.map(p => p.name).join(', ')} could not be deleted: ${pods[0]?.why}`),
})

const questionsOf = ({ evidence }: Snapshot): readonly ProbeQuestion[] =>
  evidence.questions
    .filter(q => q.scope === 'external')
    .map(({ name, type, expected }) => ({ name, type, about: 'external', expected }))

function asksOf(upstreams: readonly string[], questions: readonly ProbeQuestion[]): readonly Ask[] {
  if (questions.length === 0) return []
  return upstreams.flatMap(upstream => {
    const { address, port } = splitPort(upstream)
    const to: Target = { kind: 'upstream', name: upstream, address, port: port ?? 53 }
    return (['udp', 'tcp'] as const).map(protocol => ({ to, protocol, questions }))
  })
}

function nodesOf({ evidence }: Snapshot): readonly string[] {
  const own = serversIn(evidence).flatMap(p => p.spec.nodeName ?? [])
  return [...new Set(own.length > 0 ? own : evidence.nodes.map(n => n.metadata.name))]
}

function badOf(
  upstream: string,
  all: readonly Observation[],
  judge: (o: Observation) => string,
): readonly BadUpstream[] {
  const own = all.filter(o => o.to.name === upstream)
  // A name that does not exist is an answer: whether the name is right is not the upstream's matter.
  const isAnswer = ({ result }: Observation) => 'rcode' in result && /^(NOERROR|NXDOMAIN)$/.test(result.rcode)
  const bad = own.find(o => judge(o) !== 'right' && !isAnswer(o))
  if (own.length === 0) return [{ address: upstream, reason: 'was not asked' }]
  if (!bad) return []
  const how = howText(bad.result, bad.question)
  return [{ address: upstream, reason: `${how}, asked over ${bad.protocol.toUpperCase()} from a Pod on ${bad.node}` }]
}
