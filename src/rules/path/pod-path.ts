import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { reachOfFronts } from '../../snapshot/felt.ts'
import { howOf, isMute, isSilence, type Judged, nodesOf, observationLines, type Row } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'pod-path',
  title: 'every node reaches every DNS Pod',
  codes: ['DNS502'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { rows, host, fronts, failing } = matrixOf(evidence)
    // A DNS Pod that is silent to all and not to blame for it answered a port-forward or the node's own network.
    const hit = rows.filter(r => r.to.kind === 'pod' && isMute(r) && !failing.includes(r.to.name))
    if (!hit[0]) return
    const nodes = nodesOf(hit)
    const pods = [...new Set(hit.map(r => r.to.name))]
    const asked = hit.flatMap(r => r.asked)
    const elsewhere = answersOf(pods, rows, host)
    const answering = pods.filter(name => elsewhere.some(o => o.to.name === name))
    const args = { nodes, pods, answering, where: whereOf(hit), how: howOf(asked) }
    // Who reaches another DNS Pod resolves names, if not every time.
    const reach = rows.some(r => r.to.kind === 'pod' && !isMute(r)) ? 'some' : reachOfFronts(nodes, fronts)
    yield finding('DNS502', { kind: 'Node', name: hit[0].node }, args, reach, [
      ...observationLines(asked, 4),
      ...observationLines(elsewhere, 2),
    ])
  },
})

/** One answer from these Pods to each other probe, in the Pod network or in that of a node. */
function answersOf(pods: readonly string[], rows: readonly Row[], host: readonly Judged[]): readonly Judged[] {
  const own = rows.filter(r => !isMute(r) && pods.includes(r.to.name)).flatMap(r => r.asked.slice(0, 1))
  return [...own, ...host.filter(o => !isSilence(o) && pods.includes(o.to.name))]
}

function whereOf(hit: readonly Row[]): 'other-nodes' | 'same-node' | 'anywhere' {
  if (hit.every(r => r.to.node !== undefined && r.to.node !== r.node)) return 'other-nodes'
  return hit.every(r => r.to.node === r.node) ? 'same-node' : 'anywhere'
}
