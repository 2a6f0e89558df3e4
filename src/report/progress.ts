import { runLabel } from '../probes/pod.ts'
import type { Progress } from '../probes/round.ts'
import type { LeftPod } from '../probes/round-pods.ts'
import type { ProbePlan } from '../snapshot/snapshot.ts'

/** `Asking from Pods: 1 of 3 done, dnsfix-probe-1f2e-2 waits for ContainerCreating`. */
export function progressText({ done, total, waiting }: Progress): string {
  const [first, ...more] = waiting
  const one = first ? `, ${first[0]} waits: ${first[1]}` : ''
  return `Asking from Pods: ${done} of ${total} done${one}${more.length > 0 ? `, ${more.length} more too` : ''}`
}

const select = ({ namespace, run }: ProbePlan): string => `-n ${namespace} -l ${runLabel}=${run}`

/** What to do about probe Pods that could not be deleted. */
export function leftText(pods: readonly LeftPod[], plan: ProbePlan): string {
  const names = pods.map(p => p.name).join(', ')
  return `warning: ${names} could not be deleted: ${pods[0]?.why}. The deadline of a probe Pod ends it, and the next kubectl dnsfix verify in this namespace deletes it.
hint: To delete now: kubectl delete pods ${select(plan)}
`
}

/** Where the Pods are that `--keep` left, and how long. */
export const keptText = (plan: ProbePlan, deadlineSeconds: number): string =>
  `The probe Pods are kept and end by themselves within ${deadlineSeconds} s: kubectl get pods ${select(plan)}\n`
