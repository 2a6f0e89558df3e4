import { finding } from '../finding.ts'
import { isGoing, isReady, isServing, podRef, reachOf } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'pods-not-ready',
  title: 'every running DNS Pod is Ready',
  codes: ['DNS111'],
  inputs: ['pods'],
  uses: ['readiness'],
  *check({ pods, readiness }) {
    const present = pods.filter(p => !isGoing(p))
    const hit = present.filter(p => isServing(p) && !isReady(p))
    if (!hit[0]) return
    const bodies = readiness.filter(r => hit.some(p => p.metadata.name === r.pod) && r.body !== '')
    const waitingFor = [...new Set(bodies.flatMap(r => r.body.split(/[,\s]+/)))].filter(Boolean).join(', ') || null
    const evidence = hit.map(p => {
      const body = bodies.find(r => r.pod === p.metadata.name)?.body
      const condition = p.status?.conditions?.find(c => c.type === 'Ready')
      const source = `Pod ${p.metadata.name}`
      return body ? { source: `${source} /ready`, text: body } : { source, text: condition?.message ?? 'not Ready' }
    })
    const names = hit.map(p => p.metadata.name)
    yield finding('DNS111', podRef(hit[0]), { pods: names, waitingFor }, reachOf(hit, present), evidence)
  },
})
