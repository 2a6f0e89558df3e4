import { upstreamsOf } from '../corefile/upstreams.ts'
import { isLoopback } from '../dns/address.ts'
import type { EvidenceLine } from '../finding.ts'
import { mountedCorefile } from './corefiles.ts'
import { isGoing } from './dns.ts'
import { lastLine, linesOf } from './logs.ts'
import type { Pod } from './objects.ts'
import type { Evidence } from './snapshot.ts'
import { type UpstreamSource, upstreams } from './upstreams.ts'

export type LoopbackSource = UpstreamSource

/** A DNS Pod that asks a loopback address; the address itself is not known when only the loop plugin saw it. */
export interface LoopbackPod {
  readonly pod: Pod
  readonly address: string | undefined
  readonly from: LoopbackSource
  readonly seen: EvidenceLine
}

type Seen = Pick<Evidence, 'pods' | 'workloads' | 'configMaps' | 'metrics' | 'logs'>

/**
 * The sender of the query that came back. A loopback sender means that the query never left the Pod; another address
 * means that the loop goes through something outside, which is no matter of resolv.conf (CoreDNS, plugin/loop).
 */
const loopFromLoopback = /plugin\/loop: Loop \((127\.[\d.]+|\[::1\]):\d+ -> /

/** The DNS Pods that ask a loopback address, and how that was seen: configuration, metrics, or logs. */
export function loopbackPods(seen: Seen): readonly LoopbackPod[] {
  const named = upstreams(seen).filter(u => isLoopback(u.address))
  const looping = seen.pods
    .filter(p => !isGoing(p))
    .flatMap(pod => {
      const line = lastLine(linesOf(seen.logs, pod), loopFromLoopback)
      return line && isStill(pod) ? [{ pod, address: undefined, from: sourceOf(seen), seen: logged(pod, line) }] : []
    })
  return [...named, ...looping]
}

/** A Pod that has recovered from a loop (its Corefile was repaired) still has the line in its previous log. */
function isStill(pod: Pod): boolean {
  const server = pod.status?.containerStatuses?.find(s => s.lastState?.terminated || s.state?.terminated)
  return server !== undefined && !server.ready
}

const logged = (pod: Pod, text: string): EvidenceLine => ({ source: `log of ${pod.metadata.name}`, text })

/** A Corefile that names no loopback address got it from the resolv.conf that it forwards to. */
function sourceOf(seen: Seen): LoopbackSource {
  const corefile = mountedCorefile(seen)?.corefile
  const targets = corefile ? upstreamsOf(corefile).flatMap(f => f.targets) : []
  return targets.some(t => t.kind === 'address' && isLoopback(t.address)) ? 'Corefile' : 'resolv.conf'
}
