import { finding } from '../../finding.ts'
import { feltBy } from '../../snapshot/felt.ts'
import { howOf, isSilence, type Judged, judged, nodesOf, observationLines } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'names-fail',
  title: 'names resolve from Pods on every node',
  codes: ['DNS509'],
  inputs: ['probes', 'observations'],
  uses: ['kubelets'],
  *check({ kubelets, ...evidence }) {
    const all = judged(evidence)
    const asked = feltBy(all, kubelets)
    const nodes = nodesOf(evidence.probes.filter(p => p.from === 'pod'))
    for (const [name, own] of Map.groupBy(asked, o => o.question.name)) {
      const hit = own.filter(o => o.fault !== null && o.outcome !== 'wrong')
      if (!hit[0]) continue
      const protocols = [...new Set(hit.map(o => o.protocol.toUpperCase()))]
      const args = { name, nodes: nodesOf(hit), protocols, how: howOf(hit) }
      const isAll =
        isForAll(hit, own, nodes) && !isOneOfMany(hit[0], asked) && !isUnknownName(hit, all) && !isByChance(hit, all)
      const reach = isAll ? 'all' : 'some'
      yield finding('DNS509', { kind: 'Name', name }, args, reach, observationLines(hit))
    }
  },
})

/** True when no Pod gets the name in the way that resolvers begin with: over UDP, on no node. */
const isForAll = (hit: readonly Judged[], own: readonly Judged[], nodes: readonly string[]): boolean =>
  nodes.every(node => hit.some(o => o.node === node && o.protocol === 'udp')) &&
  own.every(o => o.protocol !== 'udp' || hit.includes(o))

/**
 * Another name of its kind that resolves shows that it is this name; few need the way back from an address, and what a headless
 * Service has may have changed meanwhile.
 */
const isOneOfMany = ({ question }: Judged, asked: readonly Judged[]): boolean =>
  question.about === 'reverse' ||
  question.about === 'headless' ||
  asked.some(o => o.question.about === question.about && o.question.name !== question.name && o.fault === null)

/** Answers came, and a DNS Pod knows a better one: which Pod the Service led to is chance, and another time it leads elsewhere. */
const isByChance = (hit: readonly Judged[], all: readonly Judged[]): boolean =>
  hit.every(o => 'rcode' in o.result) &&
  all.some(o => o.to.kind === 'pod' && o.question.name === hit[0]?.question.name && o.fault === null)

/** Upstreams that answer all say that there is no such name, and that is what Pods are told: it may be a typing error. */
function isUnknownName(hit: readonly Judged[], all: readonly Judged[]): boolean {
  const isAbsent = ({ result }: Judged) =>
    'rcode' in result ? result.rcode === 'NXDOMAIN' : result.silence === 'unknown'
  const name = hit[0]?.question.name
  const told = all.filter(o => o.to.kind === 'upstream' && o.question.name === name && !isSilence(o))
  return [...hit, ...told].every(isAbsent) && told.some(o => 'rcode' in o.result)
}
