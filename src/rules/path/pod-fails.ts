import { finding } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { podRef } from '../../snapshot/dns.ts'
import { howOf, isSilence, nodesOf, observationLines } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'pod-fails',
  title: 'every DNS Pod answers Pods on every node',
  codes: ['DNS504'],
  inputs: ['observations'],
  uses: ['probes', 'pods', 'answers', 'kubelets'],
  *check(evidence) {
    const { rows, failing } = matrixOf(evidence)
    const ofPods = rows.filter(r => r.to.kind === 'pod')
    const hit = ofPods.filter(r => failing.includes(r.to.name))
    if (!hit[0]) return
    const wrong = hit.flatMap(r =>
      r.asked.filter(o => o.fault !== null && (isSilence(o) || o.question.about !== 'external')),
    )
    const isAll = ofPods.every(r => failing.includes(r.to.name))
    const args = { pods: [...new Set(hit.map(r => r.to.name))], nodes: nodesOf(hit), how: howOf(wrong) }
    const first = hit[0].to.name
    const pod = evidence.pods.find(p => p.metadata.name === first)
    const object = pod ? podRef(pod) : { kind: 'Pod', name: first }
    yield finding('DNS504', object, args, isAll ? 'all' : 'some', observationLines(wrong))
  },
})
