import ipaddr from 'ipaddr.js'
import { isAddress } from '../../dns/address.ts'
import { finding } from '../../finding.ts'
import { type Judged, judged, observationLines } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'upstreams-disagree',
  title: 'the upstreams agree on every name',
  codes: ['DNS508', 'DNS510'],
  inputs: ['observations'],
  uses: ['probes'],
  *check(evidence) {
    const told = judged(evidence).filter(o => o.to.kind === 'upstream' && isShown(o))
    for (const group of Map.groupBy(told, o => `${o.question.name} ${o.question.type}`).values()) {
      const views = viewsOf(group)
      const code = verdictOn(views, (group[0]?.question.expected.length ?? 0) > 0)
      if (code === null) continue
      const name = group[0]?.question.name ?? ''
      const answers = views.map(({ upstream, addresses, rcode }) => ({
        upstream,
        answer: addresses.join(' ') || (rcode === 'NOERROR' ? 'nothing' : rcode),
      }))
      const object = { kind: 'Upstream', name: views[0]?.upstream ?? '' }
      // With any address a name resolves; without, it does not, whenever that upstream is asked.
      const reach = views.some(v => v.addresses.length === 0) ? 'some' : 'soon'
      yield finding(code, object, { name, answers }, reach, observationLines(views.map(v => v.seen)))
    }
  },
})

/** The sidecar's prober does not show what it is told over UDP: no records where all is right, no rcode where it is not. */
const isShown = ({ outcome, result }: Judged): boolean =>
  'rcode' in result && (outcome !== 'right' || result.answers.length > 0)

/** What one upstream says of one name, to whoever asks and over both protocols. */
interface View {
  readonly upstream: string
  readonly rcode: string
  readonly addresses: readonly string[]
  readonly seen: Judged
}

/** One that says now this and now that, as name servers of big sites do, is not held against others. */
function viewsOf(group: readonly Judged[]): readonly View[] {
  return [...Map.groupBy(group, o => o.to.address)].flatMap(([upstream, own]) => {
    const views = own.flatMap(seen =>
      'rcode' in seen.result
        ? [{ upstream, rcode: seen.result.rcode, addresses: seen.result.answers.toSorted(), seen }]
        : [],
    )
    const distinct = new Set(views.map(v => `${v.rcode} ${v.addresses}`))
    return distinct.size === 1 ? views.slice(0, 1) : []
  })
}

/** Some have addresses and some do not, or addresses that cannot all be right; different public ones can. */
function verdictOn(views: readonly View[], isExpected: boolean): 'DNS508' | 'DNS510' | null {
  const having = views.filter(v => v.addresses.length > 0)
  if (having.length > 0 && having.length < views.length) return 'DNS508'
  const isSplit = having.some(a => having.some(b => !a.addresses.some(address => b.addresses.includes(address))))
  if (!isSplit) return null
  if (isExpected) return having.some(v => v.seen.fault !== null) ? 'DNS508' : null
  return having.some(v => v.addresses.some(isInternal)) ? 'DNS508' : 'DNS510'
}

/** No address of the public internet: private, shared, documentation and other special ranges (RFC 6890). */
const isInternal = (text: string): boolean => isAddress(text) && ipaddr.process(text).range() !== 'unicast'
