import { finding } from '../finding.ts'
import { isGoing, podRef, reachOf } from '../snapshot/dns.ts'
import type { Pod } from '../snapshot/objects.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'pods-pending',
  title: 'every DNS Pod has started',
  codes: ['DNS106'],
  subject: 'pods',
  inputs: ['pods'],
  *check({ pods }, at) {
    const present = pods.filter(p => !isGoing(p))
    const waiting = present.flatMap(pod => {
      const reason = whyNotStarted(pod, at)
      return reason === null ? [] : [{ pod, reason }]
    })
    for (const [reason, group] of Map.groupBy(waiting, w => w.reason)) {
      const hit = group.map(w => w.pod)
      const names = hit.map(p => p.metadata.name)
      const object = hit[0] ? podRef(hit[0]) : { kind: 'Pod', name: '' }
      const evidence = names.map(name => ({ source: `Pod ${name}`, text: reason }))
      yield finding('DNS106', object, { pods: names, reason }, reachOf(hit, present), evidence)
    }
  },
})

/** Reasons of a container that waits although it has been started before, or is just about to start. */
const notPending = new Set(['CrashLoopBackOff', 'PodInitializing'])

/** A new Pod may take this long to get its network and its image before it is a fault and not a roll-out. */
const patience = 30_000

function whyNotStarted(pod: Pod, at: Date): string | null {
  const scheduled = pod.status?.conditions?.find(c => c.type === 'PodScheduled')
  if (scheduled?.status === 'False') return scheduled.message ?? scheduled.reason ?? 'no node takes it'
  const waiting = (pod.status?.containerStatuses ?? []).flatMap(s => s.state?.waiting ?? [])
  const told = waiting.find(w => w.reason && !notPending.has(w.reason))
  const isNew = at.getTime() - Date.parse(pod.metadata.creationTimestamp ?? '') < patience
  if (isNew && !/Image/.test(told?.reason ?? '')) return null
  if (told && !(pod.status?.phase === 'Running' && told.reason === 'ContainerCreating'))
    return told.message ?? told.reason ?? null
  return pod.status?.phase === 'Pending' ? 'it is Pending, and its status gives no reason' : null
}
