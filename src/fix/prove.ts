import { setTimeout as sleep } from 'node:timers/promises'
import { analyze } from '../analyze.ts'
import { criteriaOf, verdictOf } from '../criteria/criteria.ts'
import { messageOf, nameOf } from '../finding.ts'
import type { Client } from '../kube/client.ts'
import { observe } from '../probes/observe.ts'
import type { ReportedFinding } from '../report/check.ts'
import { type VerifyReport, verifyReport } from '../report/verify.ts'
import { rules } from '../rules/index.ts'
import { pathRules } from '../rules/path/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Plan } from './plan.ts'
import { type Judgement, judgedProof, type Seen } from './proof.ts'

export interface ProveOptions {
  /** what the plan was made for */
  readonly before: Seen
  readonly look: () => Promise<Snapshot>
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
  readonly version: string
}

/** Whether a plan has done what it was for, what stays wrong without being its business, and the report that shows it. */
export interface Proof extends Pick<Judgement, 'state' | 'isSettled'> {
  /** what speaks against the plan, a sentence each */
  readonly against: readonly string[]
  readonly still: readonly ReportedFinding[]
  readonly report: VerifyReport
}

/** New Pods have no log of their own yet, and endpoints take a moment to follow. */
const settleMs = 20_000
const pauseMs = 2000

/**
 * Proves from Pods on the nodes that what was found before is gone and that names resolve, held against how it was before. Tries
 * again for a while: the last proof counts. Rejects as `observe` does.
 */
export async function prove(client: Client, plan: Plan, options: ProveOptions): Promise<Proof> {
  const end = Date.now() + settleMs
  for (;;) {
    const proof = await proveOnce(client, plan, options)
    // Where no Pod could ask, another one could not either.
    const isUnaskable = proof.state === 'unknown' && proof.report.probes.length === 0
    const isDone = proof.state === 'proved' && proof.isSettled
    if (isDone || isUnaskable || Date.now() > end) return proof
    options.say('Not yet: asking again')
    await sleep(pauseMs, undefined, { signal: options.signal })
  }
}

async function proveOnce(client: Client, plan: Plan, options: ProveOptions): Promise<Proof> {
  const { before, timeoutMs, signal, say, version } = options
  const snapshot = await observe(client, await options.look(), {
    namespace: client.namespace,
    nodes: { kind: 'default' },
    hostNetwork: false,
    image: undefined,
    timeoutMs,
    keep: false,
    signal,
    progress: ({ done, total }) => say(`Proving it from Pods: ${done} of ${total} done`),
    left: pods => say(`${pods.map(p => p.name).join(', ')} could not be deleted`),
  })
  const analysis = analyze(snapshot, [...rules, ...pathRules])
  const criteria = criteriaOf(snapshot, analysis)
  const verdict = verdictOf(analysis, criteria, snapshot)
  const report = verifyReport(snapshot, { ...analysis, verdict }, criteria, version)
  const { state, isSettled, ...judged } = judgedProof(plan, before, { snapshot, analysis })
  const still = report.findings.filter((_, i) => judged.still.some(f => f === analysis.findings[i]))
  return { state, isSettled, against: sentences(judged), still, report }
}

const sentences = ({ against, lost }: Pick<Judgement, 'against' | 'lost'>): readonly string[] => [
  ...against.map(f => `After the change: ${f.code} ${nameOf(f)}: ${messageOf(f)}`),
  ...lost.map(name => `${name} was resolved before the change, and is not any more`),
]
