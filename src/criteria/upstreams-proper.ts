import type { Analysis } from '../analyze.ts'
import type { Code } from '../catalog.ts'
import { whyImproper } from '../dns/proper.ts'
import { atLeast, type Finding, messageOf, severityOf } from '../finding.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { surroundingsOf } from '../snapshot/surroundings.ts'
import { type Upstream, upstreams } from '../snapshot/upstreams.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'
import { answerFacts } from './upstream-answers.ts'

/** What rules say of upstreams themselves, whatever they conclude it from: 3xx, upstreams that fail or disagree, of 5xx. */
const codes: ReadonlySet<Code> = new Set<Code>(['DNS301', 'DNS302', 'DNS303', 'DNS304', 'DNS506', 'DNS508', 'DNS513'])

/**
 * Whether every upstream is a DNS server that the DNS Pods can use: a proper address, no finding about it, and where upstreams were
 * asked, an answer from every node over UDP and TCP. An answer that only probe Pods did not get proves nothing of what DNS Pods get.
 */
export function upstreamsProper(snapshot: Snapshot, { findings }: Analysis): readonly Fact[] {
  const used = [...Map.groupBy(upstreams(snapshot.evidence), u => u.address).values()].flatMap(group =>
    group.slice(0, 1),
  )
  const addresses = addressFacts(used, snapshot)
  const faults = findings.filter(f => isAbout(f) && atLeast(severityOf(f), 'warning'))
  // The same fault once: what rules conclude is for what the addresses do not show.
  const blamed = addresses.some(f => f.status === 'failed') ? [] : faults.map(f => failed(f.code, messageOf(f)))
  return used.length > 0
    ? [...answerFacts(used, snapshot), ...addresses, ...blamed]
    : [...blamed, unknown('upstreams', 'no upstream of the DNS Pods was seen')]
}

/** A blocked protocol is about upstreams where it is blocked on the way to them. */
const isAbout = (f: Finding): boolean =>
  codes.has(f.code) || (f.code === 'DNS503' && f.args.targets.some(to => to.startsWith('upstream ')))

function addressFacts(used: readonly Upstream[], { evidence }: Snapshot): readonly Fact[] {
  const around = surroundingsOf(evidence)
  return used.map(({ address, pod, seen: { source, text } }) => {
    const reason = whyImproper(address, { ...around, hostNetwork: pod.spec.hostNetwork === true })
    return reason === null ? passed(source, `${address}: ${text}`) : failed(source, `${address} ${reason} (${text})`)
  })
}
