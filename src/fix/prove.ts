import { setTimeout as sleep } from 'node:timers/promises'
import { analyze } from '../analyze.ts'
import { criteriaOf, verdictOf } from '../criteria/criteria.ts'
import { atLeast, severityOf } from '../finding.ts'
import type { Client } from '../kube/client.ts'
import { observe } from '../probes/observe.ts'
import { type VerifyReport, verifyReport } from '../report/verify.ts'
import { rules } from '../rules/index.ts'
import { pathRules } from '../rules/path/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Plan } from './plan.ts'

export interface ProveOptions {
  readonly look: () => Promise<Snapshot>
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
  readonly version: string
}

/** Whether a plan has done what it was for, and the report that shows it. */
export interface Proof {
  readonly holds: boolean
  readonly report: VerifyReport
}

/** New Pods have no log of their own yet, and endpoints take a moment to follow. */
const settleMs = 20_000
const pauseMs = 2000

/**
 * Proves from Pods on the nodes that what was found before is gone and that names resolve. What could not be asked does not disprove it,
 * and is in the report as not known. Tries again for a while: the last proof counts.
 */
export async function prove(client: Client, plan: Plan, options: ProveOptions): Promise<Proof> {
  const end = Date.now() + settleMs
  for (;;) {
    const proof = await proveOnce(client, plan, options)
    if (proof.holds || Date.now() > end) return proof
    options.say('Not yet: asking again')
    await sleep(pauseMs, undefined, { signal: options.signal })
  }
}

async function proveOnce(client: Client, plan: Plan, options: ProveOptions): Promise<Proof> {
  const { timeoutMs, signal, say, version } = options
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
  const repaired = new Set(plan.changes.flatMap(change => change.codes))
  const isLeft = analysis.findings.some(f => repaired.has(f.code) && atLeast(severityOf(f), 'error'))
  const isFailed = criteria.some(c => c.id === 'resolves-everywhere' && c.status === 'failed')
  const verdict = verdictOf(analysis, criteria, snapshot)
  return { holds: !isLeft && !isFailed, report: verifyReport(snapshot, { ...analysis, verdict }, criteria, version) }
}
