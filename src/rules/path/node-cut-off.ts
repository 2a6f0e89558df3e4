import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { howOf, isSilence, type Judged, observationLines, reachOfNodes } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'node-cut-off',
  title: 'Pods on every node reach something',
  codes: ['DNS505'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { cutOff, all, host } = matrixOf(evidence)
    const groups = Map.groupBy(cutOff, node => hostState(host.filter(o => o.node === node)))
    for (const [state, nodes] of groups) {
      const asked = all.filter(o => nodes.includes(o.node))
      const targets = [...new Set(asked.map(o => o.to.kind))]
      const args = { nodes, targets, host: state, how: howOf(asked) }
      yield finding('DNS505', { kind: 'Node', name: nodes[0] ?? '' }, args, reachOfNodes(cutOff, all), [
        ...observationLines(asked, 5),
        ...observationLines(
          host.filter(o => nodes.includes(o.node)),
          2,
        ),
      ])
    }
  },
})

function hostState(own: readonly Judged[]): 'answered' | 'silent' | 'not-asked' {
  if (own.length === 0) return 'not-asked'
  return own.every(isSilence) ? 'silent' : 'answered'
}
