import { finding } from '../../finding.ts'
import { judged, observationLines } from '../../snapshot/matrix.ts'
import type { SearchCost } from '../../snapshot/observations.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'search-hijack',
  title: 'no search domain answers for names outside it',
  codes: ['DNS514'],
  inputs: ['probes', 'observations', 'searches'],
  *check({ searches, ...evidence }) {
    const byDomain = Map.groupBy(searches.flatMap(hijackOf), hijack => hijack.domain)
    for (const [domain, group] of byDomain) {
      const [first] = group
      if (!first) continue
      const { name, answers } = first
      const lines = group.map(each => ({
        source: `search list on ${each.node}`,
        text: `${each.asked} A: ${each.answers.join(', ')}`,
      }))
      const itself = judged(evidence).filter(o => o.question.name === name && o.fault === null)
      yield finding('DNS514', { kind: 'SearchDomain', name: domain }, { name, domain, answers }, 'soon', [
        ...lines,
        ...observationLines(itself, 1),
      ])
    }
  },
})

/** The step at which the search ends before it comes to the name itself. */
function hijackOf({ node, name, tried }: SearchCost) {
  const hit = tried.find(step => step.name !== name && 'rcode' in step.result && step.result.answers.length > 0)
  if (!hit || !('rcode' in hit.result) || hit.result.rcode !== 'NOERROR') return []
  return [{ node, name, asked: hit.name, domain: hit.name.slice(name.length + 1), answers: hit.result.answers }]
}
