import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { reachOfFronts } from '../../snapshot/felt.ts'
import { howOf, isMute, nodesOf, observationLines } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'node-resolver',
  title: 'the resolver that kubelets hand out answers on every node',
  codes: ['DNS512'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { rows, fronts } = matrixOf(evidence)
    const heard = new Set(rows.filter(r => r.to.kind !== 'resolver' && !isMute(r)).map(r => r.node))
    const hit = rows.filter(r => r.to.kind === 'resolver' && isMute(r) && heard.has(r.node))
    for (const [address, group] of Map.groupBy(hit, r => r.to.address)) {
      const nodes = nodesOf(group)
      const asked = group.flatMap(r => r.asked)
      const args = { address, nodes, how: howOf(asked) }
      const object = { kind: 'Node', name: nodes[0] ?? '' }
      yield finding('DNS512', object, args, reachOfFronts(nodes, fronts), observationLines(asked))
    }
  },
})
