import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { NodeChoice } from '../options.ts'
import { askKubelet } from '../snapshot/kubelets.ts'
import type { Look } from '../snapshot/look.ts'
import type { Node } from '../snapshot/objects.ts'
import type { From } from '../snapshot/observations.ts'
import type { Evidence, Gap, ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import { collectSurvival } from '../snapshot/survival.ts'
import { proberFor } from './choose.ts'
import { deleteLeftovers } from './cleanup.ts'
import { findHeadless, isUnchanged } from './headless.ts'
import { type Chosen, chooseNodes } from './nodes.ts'
import { listPolicies } from './policies.ts'
import { probeQuestions } from './questions.ts'
import { whyNotReady } from './reasons.ts'
import { type Progress, runRound } from './round.ts'
import type { LeftPod } from './round-pods.ts'
import { freePort, newRunId } from './run-id.ts'
import { splitSearches } from './search.ts'
import { hiddenPods, tasksFor } from './tasks.ts'

export interface ObserveOptions {
  readonly namespace: string
  readonly nodes: NodeChoice
  /** one more probe per node, in the node's own network */
  readonly hostNetwork: boolean
  /** the user's own; undefined for that of the DNS server */
  readonly image: string | undefined
  readonly timeoutMs: number
  readonly keep: boolean
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
  readonly left: (pods: readonly LeftPod[], plan: ProbePlan) => void
}

/**
 * Adds to a snapshot what can be seen from inside Pods, and what else judging that takes. Rejects with an ExpectedError where no
 * probe can be made at all: no image, no such node, no such namespace.
 */
export async function observe(client: Client, seen: Snapshot, options: ObserveOptions): Promise<Snapshot> {
  const { namespace } = options
  const look: Look = { client, signal: options.signal, gaps: [] }
  const chosen = nodesOf(seen, options.nodes)
  const prober = await proberFor(seen.evidence, options.image)
  const plan = planOf(chosen, namespace, prober.image)
  const { evidence, headless } = await lookAround(look, seen.evidence, chosen.chosen, namespace)
  const questions = probeQuestions(evidence.questions, headless)
  const { ready, down } = withoutDown(chosen.chosen)
  const froms: readonly From[] = options.hostNetwork ? ['pod', 'host'] : ['pod']
  const tasks = tasksFor({ nodes: ready, froms, questions, namespace, prober: prober.kind }, evidence)
  const left = (pods: readonly LeftPod[]) => options.left(pods, plan)
  const round = await runRound(tasks, { ...options, client, run: plan.run, prober, firstPort: freePort(), left })
  await sweep(client, plan, round.serverTime)
  const isSame = headless === undefined || (await isUnchanged(look, headless))
  const { observations, searches } = splitSearches(round.observations, questions)
  const kept = isSame ? observations : observations.filter(o => o.question.about !== 'headless')
  const gaps = [...seen.gaps, ...look.gaps, ...down, ...round.gaps, ...hiddenPods(tasks, evidence)]
  return { ...seen, evidence: { ...evidence, probes: round.probes, observations: kept, searches }, gaps, plan }
}

/** What judging takes beside what `check` saw: policies, settings as they are stored, and the kubelets of the chosen nodes. */
async function lookAround(look: Look, evidence: Evidence, nodes: readonly Node[], namespace: string) {
  const isKnown = (node: Node) => evidence.kubelets.some(k => k.node === node.metadata.name)
  const others = nodes.filter(node => !isKnown(node) && whyNotReady(node) === null)
  const [networkPolicies, headless, survival, kubelets] = await Promise.all([
    listPolicies(look, namespace, evidence),
    findHeadless(look),
    collectSurvival(look, evidence),
    Promise.all(others.map(node => askKubelet(look, node))),
  ])
  const seen = { ...survival, networkPolicies, kubelets: [...evidence.kubelets, ...kubelets.flat()] }
  return { evidence: seen, headless }
}

/** Where nodes may not be listed, those that are named can be probed all the same. */
function nodesOf({ evidence }: Snapshot, choice: NodeChoice): Chosen {
  const named = evidence.nodes.length === 0 && choice.kind === 'names' ? choice.names : []
  const nodes = [...evidence.nodes, ...named.map(name => ({ metadata: { name } }))]
  return chooseNodes(nodes, choice, new Set(evidence.pods.flatMap(p => p.spec.nodeName ?? [])))
}

function planOf({ chosen, eligible, sample, left }: Chosen, namespace: string, image: string): ProbePlan {
  const run = newRunId()
  return { run, namespace, image, nodes: chosen.map(n => n.metadata.name), eligible, sample, left }
}

/** On a node that is down no Pod starts, and none is made there: it would stay until somebody forces it away. */
function withoutDown(nodes: readonly Node[]): { readonly ready: readonly string[]; readonly down: readonly Gap[] } {
  const reasons = nodes.map(node => ({ node: node.metadata.name, why: whyNotReady(node) }))
  return {
    ready: reasons.flatMap(({ node, why }) => (why === null ? [node] : [])),
    down: reasons.flatMap(({ node, why }) => (why === null ? [] : [downGap(node, why)])),
  }
}

const downGap = (node: string, detail: string): Gap => ({ input: 'probes', object: node, why: 'failed', detail })

/** Other runs' leftovers are no business of this run's verdict: what cannot be deleted now the next run finds again. */
async function sweep(client: Client, { namespace, run }: ProbePlan, serverTime: string | undefined): Promise<void> {
  const now = serverTime === undefined ? new Date() : new Date(serverTime)
  await deleteLeftovers(client, namespace, run, now).catch(error => {
    if (!(error instanceof RequestError)) throw error
  })
}
