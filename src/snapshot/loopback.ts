import { upstreamsOf } from '../corefile/upstreams.ts'
import { isLoopback } from '../dns/address.ts'
import type { EvidenceLine } from '../finding.ts'
import { mountedCorefile } from './corefiles.ts'
import { isGoing } from './dns.ts'
import { lastLine, linesOf } from './logs.ts'
import type { Pod } from './objects.ts'
import { externalOf, faultOf } from './outcomes.ts'
import type { Evidence, PodAnswer } from './snapshot.ts'
import { type UpstreamSource, upstreams } from './upstreams.ts'

/** A DNS Pod that asks a loopback address; the address itself is not known when only the loop plugin saw it. */
export interface LoopbackPod {
  readonly pod: Pod
  readonly address: string | undefined
  readonly from: UpstreamSource
  readonly seen: EvidenceLine
}

type Seen = Pick<Evidence, 'pods' | 'workloads' | 'configMaps' | 'metrics' | 'logs' | 'answers'>

/**
 * The sender of the query that came back. A loopback sender means that the query never left the Pod; another address
 * means that the loop goes through something outside, which is no matter of resolv.conf (CoreDNS, plugin/loop).
 */
const loopFromLoopback = /plugin\/loop: Loop \((127\.[\d.]+|\[::1\]):\d+ -> /

/** The DNS Pods that ask a loopback address, and how that was seen: configuration, metrics, or logs. */
export function loopbackPods(seen: Seen, at: Date): readonly LoopbackPod[] {
  // On the network of its node a Pod does reach the resolver that listens on the loopback there.
  const named = upstreams(seen).filter(u => isLoopback(u.address) && !u.pod.spec.hostNetwork)
  const looping = seen.pods
    .filter(p => !isGoing(p))
    .flatMap(pod => {
      const line = lastLine(linesOf(seen.logs, pod), loopFromLoopback)
      return line && isStill(pod, seen.answers, at)
        ? [{ pod, address: undefined, from: sourceOf(seen), seen: logged(pod, line) }]
        : []
    })
  return [...named, ...looping]
}

/** The kubelet forgets crashes after this long (its back-off starts anew): until then a running Pod may be between two. */
const memory = 10 * 60_000

/**
 * Whether the line is about now. A Pod that has recovered from a loop, because its Corefile was repaired, still has it in
 * its previous log; one that is up between two crashes has it too, and does not resolve names of the outside.
 */
function isStill(pod: Pod, answers: readonly PodAnswer[], at: Date): boolean {
  const server = pod.status?.containerStatuses?.find(s => s.lastState?.terminated || s.state?.terminated)
  if (!server?.ready) return server !== undefined
  const ended = Date.parse(server.lastState?.terminated?.finishedAt ?? '')
  return at.getTime() - ended < memory && externalOf([pod], answers).some(a => faultOf(a) !== null)
}

const logged = (pod: Pod, text: string): EvidenceLine => ({ source: `log of ${pod.metadata.name}`, text })

/** A Corefile that names no loopback address got it from the resolv.conf that it forwards to. */
function sourceOf(seen: Seen): UpstreamSource {
  const corefile = mountedCorefile(seen)?.corefile
  const targets = corefile ? upstreamsOf(corefile).flatMap(f => f.targets) : []
  return targets.some(t => t.kind === 'address' && isLoopback(t.address)) ? 'Corefile' : 'resolv.conf'
}
