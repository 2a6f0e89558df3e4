import type { Analysis } from '../analyze.ts'
import { list, verb } from '../catalog/entry.ts'
import type { Code } from '../catalog.ts'
import { sameAddress } from '../dns/address.ts'
import { whyImproper } from '../dns/proper.ts'
import { atLeast, messageOf, severityOf } from '../finding.ts'
import type { Observation } from '../snapshot/observations.ts'
import { howText, judgeOf } from '../snapshot/right.ts'
import type { ProbePlan, Snapshot } from '../snapshot/snapshot.ts'
import { surroundingsOf } from '../snapshot/surroundings.ts'
import { type Upstream, upstreams } from '../snapshot/upstreams.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'

/** What rules say of upstreams themselves, whatever they conclude it from: 3xx, upstreams that fail or disagree, of 5xx. */
const codes: ReadonlySet<Code> = new Set<Code>(['DNS301', 'DNS302', 'DNS303', 'DNS304', 'DNS506', 'DNS508', 'DNS513'])

/**
 * Whether every upstream is a DNS server that the DNS Pods can use: a proper address, and where upstreams were asked, a right
 * answer from every node over UDP and TCP. On a closed network, without external names, the address alone decides.
 */
export function upstreamsProper(snapshot: Snapshot, { findings }: Analysis): readonly Fact[] {
  const used = [...Map.groupBy(upstreams(snapshot.evidence), u => u.address).values()].flatMap(group =>
    group.slice(0, 1),
  )
  const faults = findings.filter(f => codes.has(f.code) && atLeast(severityOf(f), 'warning'))
  const own = [...answerFacts(used, snapshot), ...addressFacts(used, snapshot)]
  // The same fault once: what rules conclude is for what the addresses and answers do not show.
  const blamed = own.some(f => f.status === 'failed') ? [] : faults.map(f => failed(f.code, messageOf(f)))
  return used.length > 0
    ? [...own, ...blamed]
    : [...blamed, unknown('upstreams', 'no upstream of the DNS Pods was seen')]
}

function addressFacts(used: readonly Upstream[], { evidence }: Snapshot): readonly Fact[] {
  const around = surroundingsOf(evidence)
  return used.map(({ address, pod, seen: { source, text } }) => {
    const reason = whyImproper(address, { ...around, hostNetwork: pod.spec.hostNetwork === true })
    return reason === null ? passed(source, `${address}: ${text}`) : failed(source, `${address} ${reason} (${text})`)
  })
}

function answerFacts(used: readonly Upstream[], { evidence, plan }: Snapshot): readonly Fact[] {
  const isClosed = evidence.questions.length > 0 && !evidence.questions.some(q => q.scope === 'external')
  if (used.length === 0) return []
  if (isClosed) return [passed('questions', 'the upstreams were not asked: no external names (--no-external)')]
  const asked = evidence.observations.filter(o => o.to.kind === 'upstream')
  const judge = judgeOf(evidence.probes)
  const wrong = asked.filter(o => judge(o) !== 'right')
  const right = asked.filter(o => judge(o) === 'right')
  return [...wrongFacts(wrong), ...openFacts(used, asked, plan), ...rightFacts(right, wrong)]
}

function wrongFacts(wrong: readonly Observation[]): readonly Fact[] {
  const how = (o: Observation) => howText(o.result, o.question)
  const key = (o: Observation) => `${o.to.address} ${o.protocol} ${o.question.name} ${how(o).replace(/[\d.]+ s$/, '')}`
  return [...Map.groupBy(wrong, key).values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const nodes = list([...new Set(group.map(o => o.node))])
    const asked = `${first.to.address}, asked for ${first.question.name} over ${first.protocol.toUpperCase()} from ${nodes}`
    return [failed('probes', `${asked}: ${how(first)}`)]
  })
}

/** Upstreams that answered alike, from the same nodes and over the same protocols, in one line. */
function rightFacts(right: readonly Observation[], wrong: readonly Observation[]): readonly Fact[] {
  const faultless = [...Map.groupBy(right, o => o.to.address)].filter(([a]) => !wrong.some(o => o.to.address === a))
  const where = (group: readonly Observation[]) => {
    const protocols = [...new Set(group.map(o => o.protocol.toUpperCase()))].sort().reverse().join(' and ')
    return `over ${protocols} from ${list([...new Set(group.map(o => o.node))].sort())}`
  }
  const alike = Map.groupBy(faultless, ([, group]) => where(group))
  return [...alike].map(([how, of]) => {
    const addresses = of.map(([address]) => address)
    return passed('probes', `${list(addresses)} ${verb(addresses, 'answers', 'answer')} ${how}`)
  })
}

/** An upstream that somebody should have asked and nobody did: each node, each protocol; none where it is not plain DNS. */
function openFacts(
  used: readonly Upstream[],
  asked: readonly Observation[],
  plan: ProbePlan | undefined,
): readonly Fact[] {
  const nodes = plan?.nodes ?? []
  return used.flatMap(({ address, transport }) => {
    if (transport !== 'dns')
      return [unknown('upstreams', `${address} was not asked: it speaks ${transport}, not plain DNS`)]
    const own = asked.filter(o => sameAddress(o.to.address, address))
    if (own.length === 0) return [unknown('probes', `${address} was not asked`)]
    const missing = nodes.flatMap(node =>
      (['udp', 'tcp'] as const)
        .filter(p => !own.some(o => o.node === node && o.protocol === p))
        .map(p => `from ${node} over ${p.toUpperCase()}`),
    )
    return missing.length === 0 ? [] : [unknown('probes', `${address} was not asked ${list(missing)}`)]
  })
}
