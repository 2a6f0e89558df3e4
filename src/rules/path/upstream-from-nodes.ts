import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { howOf, isMute, isSilence, type Judged, nodesOf, observationLines, type Row } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'upstream-from-nodes',
  title: 'every upstream answers on every node',
  codes: ['DNS506', 'DNS513'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { rows, all } = matrixOf(evidence)
    const ofUpstreams = rows.filter(r => r.to.kind === 'upstream')
    const useless = ofUpstreams.filter(isUseless)
    // Nobody serves Pods, and still names resolve: Pods may not ask upstreams, and need not.
    const isClosed = useless.length === ofUpstreams.length && all.some(isResolved)
    if (isClosed) return
    const byUpstream = [...Map.groupBy(ofUpstreams, r => r.to.address)].flatMap(([address, own]) => {
      const hit = own.filter(isUseless)
      const isEverywhere = hit.length === own.length
      return hit.length > 0 && !(isEverywhere && isRefusing(hit, all)) ? [{ address, hit, isEverywhere }] : []
    })
    const groups = Map.groupBy(byUpstream, u => `${u.isEverywhere} ${nodesOf(u.hit)}`)
    for (const group of groups.values()) {
      const asked = group.flatMap(u => u.hit.flatMap(r => r.asked))
      const upstreams = group.map(u => u.address)
      const args = { upstreams, nodes: nodesOf(asked), how: howOf(asked) }
      const object = { kind: 'Upstream', name: upstreams[0] ?? '' }
      const isEverywhere = group[0]?.isEverywhere === true
      const isAll = isEverywhere && useless.length === ofUpstreams.length
      const code = isEverywhere ? 'DNS513' : 'DNS506'
      yield finding(code, object, args, isAll ? 'all' : 'some', observationLines(asked))
    }
  },
})

/** True for an upstream that gives this node nothing: silence, REFUSED or SERVFAIL to every question. */
const isUseless = (row: Row): boolean =>
  isMute(row) || (row.asked.every(o => isSilence(o) || isRefusal(o) || isUntold(o)) && row.asked.some(isRefusal))

const isRefusal = ({ result }: Judged): boolean => 'rcode' in result && ['REFUSED', 'SERVFAIL'].includes(result.rcode)

/** The sidecar's prober was told something without records: what it was shows over TCP. */
const isUntold = ({ result }: Judged): boolean => 'silence' in result && result.silence === 'unknown'

/** It answers, though not with what others do: then the upstreams disagree, which is another rule's. */
const isRefusing = (hit: readonly Row[], all: readonly Judged[]): boolean =>
  hit.every(r => r.asked.every(o => isRefusal(o) || isUntold(o))) &&
  all.some(o => o.to.kind === 'upstream' && o.fault === null)

const isResolved = (o: Judged): boolean =>
  o.to.kind !== 'upstream' && o.question.about === 'external' && o.fault === null
