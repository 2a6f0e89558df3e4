import { hasPlugin } from '../corefile/query.ts'
import { refName } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { isReady, workloadRef } from '../snapshot/dns.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import type { Change, Plan } from './plan.ts'
import { dnsServerOf } from './settled-target.ts'

/** Whether there is one DNS Pod that works, and this plan restarts it. */
export function restartsLone({ changes }: Plan, evidence: Evidence): boolean {
  const [lone, ...others] = evidence.pods.filter(isReady)
  if (!lone || others.length > 0) return false
  const isDeaf = !mountedCorefile(evidence)?.corefile?.blocks.some(block => hasPlugin(block, 'reload'))
  const restarts = (change: Change): boolean =>
    change.kind === 'node' ? change.node === lone.spec.nodeName : change.awaits === 'corefile-loaded' && isDeaf
  return changes.some(restarts)
}

/** The plan with a note on what becomes of a lone DNS Pod that it restarts. */
export function withLoneNote(plan: Plan, evidence: Evidence): Plan {
  if (!restartsLone(plan, evidence)) return plan
  const { workload } = dnsServerOf(evidence)
  const note =
    workload?.kind === 'Deployment'
      ? `There is one DNS Pod only: Deployment ${refName(workloadRef(workload))} gets a second one while it is restarted, which goes again afterwards`
      : 'There is one DNS Pod only, and its workload cannot have a second one: names fail while it is restarted'
  return { ...plan, notes: [...plan.notes, note] }
}
