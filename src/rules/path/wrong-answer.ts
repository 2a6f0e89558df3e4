import { finding } from '../../finding.ts'
import { feltBy } from '../../snapshot/felt.ts'
import { judged, nodesOf, observationLines } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'wrong-answer',
  title: 'names resolve to what they must',
  codes: ['DNS511'],
  inputs: ['observations'],
  uses: ['probes', 'kubelets'],
  *check({ kubelets, ...evidence }) {
    const asked = feltBy(judged(evidence), kubelets)
    for (const [name, own] of Map.groupBy(asked, o => o.question.name)) {
      const hit = own.filter(o => o.outcome === 'wrong')
      if (!hit[0]) continue
      const answers = [...new Set(hit.flatMap(o => ('rcode' in o.result ? o.result.answers : [])))]
      const args = { name, nodes: nodesOf(hit), answers, expected: hit[0].question.expected }
      // Few need the way back from an address, and a headless Service may have other endpoints meanwhile.
      const isNeeded = ['cluster', 'external'].includes(hit[0].question.about)
      const reach = isNeeded && hit.length === own.length ? 'all' : 'some'
      yield finding('DNS511', { kind: 'Name', name }, args, reach, observationLines(hit))
    }
  },
})
