import type { Observation, ProbeQuestion, Prober, SearchCost } from '../snapshot/observations.ts'
import type { Ask } from './prober.ts'

/** What kubelet writes for dnsPolicy ClusterFirst (pkg/kubelet/network/dns/dns.go: defaultDNSOptions). */
const ndots = 5

interface Wanted {
  readonly questions: readonly ProbeQuestion[]
  readonly namespace: string
  readonly prober: Prober
}

/**
 * One more column: the names that a Pod's resolver asks for when a program wants the first external name, in its order. With
 * fewer dots than `ndots` the search list comes first (resolv.conf(5)); kubelet's list is the namespace's, the Services' and the
 * cluster's domain. Search domains of the node's own, which it appends, are not seen from outside.
 */
export function searchAsk(asks: readonly Ask[], { questions, namespace, prober }: Wanted): readonly Ask[] {
  const to = asks.find(ask => ask.to.kind !== 'upstream')?.to
  const external = questions.find(q => q.about === 'external')
  const zone = questions.find(q => q.about === 'cluster')?.name.replace(/^kubernetes\.default\.svc\./, '')
  if (!to || !external || zone === undefined) return []
  const { name } = external
  const isShort = name.split('.').length - 1 < ndots
  const list = isShort ? [`${namespace}.svc.${zone}`, `svc.${zone}`, zone].map(domain => `${name}.${domain}`) : []
  // A resolver passes over what would be longer than a name may be (RFC 1035 §2.3.4).
  const asked = list
    .filter(each => each.length <= 253)
    .map(each => ({ name: each, type: 'A', about: 'search', expected: [] }) as const)
  if (asked.length === 0) return []
  // The sidecar of kube-dns does not say what it was answered over UDP.
  return [{ to, protocol: prober === 'sidecar' ? 'tcp' : 'udp', questions: asked }]
}

/** Parts what was asked for the matrix from what was asked for the search list. */
export function splitSearches(
  all: readonly Observation[],
  questions: readonly ProbeQuestion[],
): {
  readonly observations: readonly Observation[]
  readonly searches: readonly SearchCost[]
} {
  const isSearch = (o: Observation) => o.question.about === 'search'
  const name = questions.find(q => q.about === 'external')?.name
  const observations = all.filter(o => !isSearch(o))
  return { observations, searches: name === undefined ? [] : costsOf(all.filter(isSearch), observations, name) }
}

/** A resolver stops at the first name that has an address; the name as it is comes last, and was asked for the matrix already. */
function costsOf(list: readonly Observation[], others: readonly Observation[], name: string): readonly SearchCost[] {
  const [first] = list
  if (!first) return []
  const isLast = (o: Observation) =>
    o.question.name === name && o.node === first.node && o.to === first.to && o.protocol === first.protocol
  const asked = [...list, ...others.filter(isLast).slice(0, 1)]
  const end = asked.findIndex(o => 'answers' in o.result && o.result.answers.length > 0)
  const tried = asked.slice(0, end < 0 ? undefined : end + 1)
  const names = tried.map(o => ({ name: o.question.name, result: o.result }))
  return [{ node: first.node, name, ndots, tried: names, queries: 2 * tried.length }]
}
