import { finding } from '../finding.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { answerLines, failures, resolveSomeExternal } from '../snapshot/outcomes.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'external-names',
  title: 'every DNS Pod resolves names outside the cluster',
  codes: ['DNS305'],
  inputs: ['pods', 'answers'],
  *check({ pods, answers }) {
    for (const { name, how, pods: hit, answers: wrong } of failures({ pods, answers }, 'external')) {
      if (!hit[0]) continue
      const names = hit.map(p => p.metadata.name)
      // Other names that resolve show that it is this name and not the way out.
      const reach = resolveSomeExternal(hit, answers) ? 'some' : reachOf(hit, pods)
      yield finding('DNS305', podRef(hit[0]), { pods: names, name, how }, reach, answerLines(wrong))
    }
  },
})
