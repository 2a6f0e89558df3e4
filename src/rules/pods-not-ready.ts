import { finding } from '../finding.ts'
import { isGoing, isReady, isServing, podRef, reachOf } from '../snapshot/dns.ts'
import { isDown } from '../snapshot/node.ts'
import type { Pod } from '../snapshot/objects.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'pods-not-ready',
  title: 'every running DNS Pod is Ready',
  codes: ['DNS111'],
  subject: 'pods',
  inputs: ['pods'],
  uses: ['readiness', 'nodes'],
  *check({ pods, readiness, nodes }, at) {
    const present = pods.filter(p => !isGoing(p))
    // Of Pods on a node that is down it is only known that nobody knows.
    const down = new Set(nodes.filter(isDown).map(n => n.metadata.name))
    const own = present.filter(p => !down.has(p.spec.nodeName ?? ''))
    const hit = own.filter(p => !isReady(p) && (isServing(p) || isIdle(p)) && !isStarting(p, at))
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

/** It was started once, and now it neither runs nor says why not: a node that is coming back, for example. */
function isIdle(pod: Pod): boolean {
  const states = (pod.status?.containerStatuses ?? []).map(s => s.state)
  const isQuiet = states.every(s => !s?.terminated && (!s?.waiting || s.waiting.reason === 'ContainerCreating'))
  return pod.status?.phase === 'Running' && isQuiet
}

/** A first start may take this long (the probes of the stock manifests) before it is a fault and not a roll-out. */
const patience = 30_000

function isStarting(pod: Pod, at: Date): boolean {
  const statuses = pod.status?.containerStatuses ?? []
  return statuses.every(
    s => s.restartCount === 0 && at.getTime() - Date.parse(s.state?.running?.startedAt ?? '') < patience,
  )
}
