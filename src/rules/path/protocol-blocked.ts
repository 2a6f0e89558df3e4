import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { reachOfFronts } from '../../snapshot/felt.ts'
import { howOf, isMute, nodesOf, observationLines, type Row, targetName } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'protocol-blocked',
  title: 'UDP and TCP both get through',
  codes: ['DNS503'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { rows, fronts } = matrixOf(evidence)
    const hit = rows.filter(r => !isMute(r) && r.silent.length > 0 && !isShared(r, rows))
    // What is blocked inside the cluster may be blocked to the outside too; the outside alone is another place to look at.
    const inside = new Set(hit.filter(r => r.to.kind !== 'upstream').map(r => `${r.node} ${r.silent}`))
    for (const group of Map.groupBy(hit, r => `${r.silent} ${inside.has(`${r.node} ${r.silent}`)}`).values()) {
      const protocol = group[0]?.silent[0] ?? 'udp'
      const nodes = nodesOf(group)
      const asked = group.flatMap(r => r.asked.filter(o => o.protocol === protocol))
      const other = group.flatMap(r => r.asked.filter(o => o.protocol !== protocol).slice(0, 1))
      const targets = [...new Set(group.map(r => targetName(r.to)))]
      const args = { protocol, nodes, targets, how: howOf(asked) }
      // Resolvers begin with UDP: where no Pod gets an answer to that, none resolves names.
      const atFront = nodesOf(group.filter(r => fronts.get(r.node)?.includes(r)))
      const reach = protocol === 'udp' ? reachOfFronts(atFront, fronts) : 'some'
      yield finding('DNS503', { kind: 'Node', name: nodes[0] ?? '' }, args, reach, [
        ...observationLines(asked, 4),
        ...observationLines(other, 2),
      ])
    }
  },
})

/** A Service whose DNS Pods are partly out of reach fails over one protocol by chance. */
const isShared = (row: Row, rows: readonly Row[]): boolean =>
  row.to.kind === 'service' && rows.some(r => r.node === row.node && r.to.kind === 'pod' && isMute(r))
