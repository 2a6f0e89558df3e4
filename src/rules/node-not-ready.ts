import { finding } from '../finding.ts'
import { isGoing, isReady } from '../snapshot/dns.ts'
import { isDown } from '../snapshot/node.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'node-not-ready',
  title: 'every node that a DNS Pod runs on is Ready',
  codes: ['DNS405'],
  subject: 'pods',
  inputs: ['nodes', 'pods'],
  *check({ nodes, pods }) {
    const present = pods.filter(p => !isGoing(p))
    for (const node of nodes.filter(isDown)) {
      const { name } = node.metadata
      const on = present.filter(p => p.spec.nodeName === name)
      if (on.length === 0) continue
      const condition = node.status?.conditions?.find(c => c.type === 'Ready')
      const why = condition?.message || condition?.reason || 'its condition Ready is not True'
      const reach = present.some(p => p.spec.nodeName !== name && isReady(p)) ? 'some' : 'all'
      const args = { node: name, pods: on.map(p => p.metadata.name), why }
      yield finding('DNS405', { kind: 'Node', name }, args, reach, [{ source: `Node ${name}`, text: why }])
    }
  },
})
