import type { ContainerState, Node, Pod } from '../snapshot/objects.ts'

/** How far a probe Pod is. `why` is in the words of kubelet or scheduler, which name the image, the taint or the resource. */
export type Start =
  | { readonly state: 'running' }
  | { readonly state: 'waiting'; readonly why: string }
  | { readonly state: 'failed'; readonly why: string }

/** Reasons of a waiting container after which kubelet only tries the same again (pkg/kubelet/images, kuberuntime). */
const hopeless =
  /^(ErrImageNeverPull|InvalidImageName|ImagePullBackOff|ImageInspectError|CreateContainer(Config)?Error|RunContainerError|CrashLoopBackOff)$/

/** Reads a Pod's status. */
export function startOf(pod: Pod): Start {
  const { phase, containerStatuses = [] } = pod.status ?? {}
  const states = containerStatuses.map(c => c.state ?? {})
  const ended = states.find(s => s.terminated)
  if (ended || phase === 'Failed' || phase === 'Succeeded') return { state: 'failed', why: whyEnded(pod, ended) }
  const stuck = states.find(s => hopeless.test(s.waiting?.reason ?? ''))?.waiting
  if (stuck) return { state: 'failed', why: words(stuck) }
  if (states.length > 0 && states.every(s => s.running)) return { state: 'running' }
  return notYet(pod, states)
}

function whyEnded({ status }: Pod, state: ContainerState | undefined): string {
  if (status?.reason) return words(status)
  const { exitCode } = state?.terminated ?? {}
  return `it ended${exitCode === undefined ? '' : ` with exit code ${exitCode}`} ${words(state?.terminated ?? {})}`.trim()
}

function notYet({ status }: Pod, states: readonly ContainerState[]): Start {
  const placed = status?.conditions?.find(c => c.type === 'PodScheduled')
  // Nothing else of this run makes room on the node: what the scheduler refuses once it refuses again.
  if (placed?.status === 'False') return { state: 'failed', why: words(placed) }
  const waiting = states.find(s => s.waiting)?.waiting
  const where = placed ? 'the kubelet has not started it' : 'the scheduler has not placed it'
  return { state: 'waiting', why: waiting ? words(waiting) : where }
}

/** `ImagePullBackOff: Back-off pulling image "x"`; some messages begin with their reason already. */
function words({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  const isTold = message && reason && message.startsWith(reason)
  return [isTold ? undefined : reason, message].filter(Boolean).join(': ')
}

/** Why a node cannot start Pods at all, by its own condition; null when it is Ready or says nothing. */
export function whyNotReady(node: Node): string | null {
  const ready = node.status?.conditions?.find(c => c.type === 'Ready')
  if (!ready || ready.status === 'True') return null
  return `the node is not Ready: ${words(ready) || `its status is ${ready.status}`}`
}
