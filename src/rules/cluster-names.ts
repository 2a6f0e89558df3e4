import { finding } from '../finding.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { answerLines, failures } from '../snapshot/outcomes.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'cluster-names',
  title: 'every DNS Pod gives the right address for a cluster name',
  codes: ['DNS112'],
  inputs: ['pods', 'answers'],
  *check({ pods, answers }) {
    for (const { name, how, pods: hit, answers: wrong } of failures({ pods, answers }, 'cluster')) {
      if (!hit[0]) continue
      const names = hit.map(p => p.metadata.name)
      yield finding('DNS112', podRef(hit[0]), { pods: names, name, how }, reachOf(hit, pods), answerLines(wrong))
    }
  },
})
