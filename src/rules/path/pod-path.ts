import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { howOf, isMute, nodesOf, observationLines, type Row, reachOfNodes } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'pod-path',
  title: 'every node reaches every DNS Pod',
  codes: ['DNS502'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers'],
  *check(evidence) {
    const { rows, all, failing, isAlive } = matrixOf(evidence)
    const open = [...Map.groupBy(rows, r => r.node).values()].filter(own => !isClosed(own)).flat()
    const silent = open.filter(r => r.to.kind === 'pod' && isMute(r))
    const hit = silent.filter(r => isAlive(r.to) && !failing.includes(r.to.name))
    if (!hit[0]) return
    const nodes = nodesOf(hit)
    const pods = [...new Set(hit.map(r => r.to.name))]
    const asked = hit.flatMap(r => r.asked)
    const elsewhere = rows.filter(r => !isMute(r) && pods.includes(r.to.name)).flatMap(r => r.asked.slice(0, 1))
    const args = { nodes, pods, where: whereOf(hit), how: howOf(asked) }
    yield finding('DNS502', { kind: 'Node', name: hit[0].node }, args, reachOfNodes(nodes, all), [
      ...observationLines(asked, 4),
      ...observationLines(elsewhere, 2),
    ])
  },
})

/** The Service answers and no DNS Pod does: Pods may ask it alone, which is a policy and no fault of the network. */
function isClosed(own: readonly Row[]): boolean {
  const isHeard = own.some(r => r.to.kind === 'service' && r.silent.length === 0)
  return isHeard && own.every(r => r.to.kind !== 'pod' || isMute(r))
}

function whereOf(hit: readonly Row[]): 'other-nodes' | 'same-node' | 'anywhere' {
  if (hit.every(r => r.to.node !== undefined && r.to.node !== r.node)) return 'other-nodes'
  return hit.every(r => r.to.node === r.node) ? 'same-node' : 'anywhere'
}
