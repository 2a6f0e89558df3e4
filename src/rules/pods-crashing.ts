import { type EvidenceLine, finding } from '../finding.ts'
import { isGoing, isReady, podRef, reachOf, serverContainer } from '../snapshot/dns.ts'
import { lastLine, linesOf, patterns } from '../snapshot/logs.ts'
import type { ContainerStatus, Pod } from '../snapshot/objects.ts'
import type { ContainerLog } from '../snapshot/snapshot.ts'
import { defineRule } from './rule.ts'

type Why = 'loop' | 'corefile' | 'bind' | 'memory' | 'unknown'
type Crash = { readonly pod: Pod; readonly why: Why; readonly exitCode: number | null; readonly seen: EvidenceLine }

export default defineRule({
  name: 'pods-crashing',
  title: 'no DNS Pod crashes',
  codes: ['DNS105', 'DNS107', 'DNS108', 'DNS110'],
  subject: 'pods',
  inputs: ['pods'],
  uses: ['logs'],
  *check({ pods, logs }, at) {
    const present = pods.filter(p => !isGoing(p))
    const crashes = present.flatMap(pod => crashOf(pod, logs, at))
    for (const [why, group] of Map.groupBy(crashes, c => c.why)) {
      // A Corefile that does not parse is said by corefile-invalid, from the text itself.
      yield crashFinding(why, group, present)
    }
  },
})

function crashFinding(why: Why, group: readonly Crash[], all: readonly Pod[]) {
  const hit = group.map(c => c.pod)
  const pods = hit.map(p => p.metadata.name)
  // What crashed and is back hits nobody until it happens again.
  const reach = hit.every(isReady) ? 'soon' : reachOf(hit, all)
  const seen = group.map(c => c.seen)
  const first = group[0]
  const object = first ? podRef(first.pod) : { kind: 'Pod', name: '' }
  if (why === 'loop') return finding('DNS105', object, { pods }, reach, seen)
  if (why === 'bind') return finding('DNS110', object, { pods }, reach, seen)
  if (why === 'memory') return finding('DNS108', object, { pods, limit: limitOf(first?.pod) }, reach, seen)
  return finding('DNS107', object, { pods, exitCode: first?.exitCode ?? null }, reach, seen)
}

function crashOf(pod: Pod, logs: readonly ContainerLog[], at: Date): readonly Crash[] {
  const status = pod.status?.containerStatuses?.find(s => isCrashing(s, at))
  if (!status) return []
  const ended = status.lastState?.terminated ?? status.state?.terminated
  const exitCode = ended?.exitCode ?? null
  const lines = linesOf(logs, pod, status.name)
  if (ended?.reason === 'OOMKilled') {
    return [
      { pod, why: 'memory', exitCode, seen: { source: `Pod ${pod.metadata.name}`, text: 'last state: OOMKilled' } },
    ]
  }
  const why = (['loop', 'corefile', 'bind'] as const).find(w => lastLine(lines, patterns[w])) ?? 'unknown'
  const line = why === 'unknown' ? lines.at(-1) : lastLine(lines, patterns[why])
  const state = `last state: ${ended?.reason ?? 'ended'}, exit code ${exitCode ?? '?'}, ${status.restartCount} restarts`
  const source = line ? `log of ${pod.metadata.name}` : `Pod ${pod.metadata.name}`
  return [{ pod, why, exitCode, seen: { source, text: line ?? state } }]
}

/** A server that was killed for its memory longer ago, and runs since, has got over it. */
const day = 24 * 3_600_000

/** Waiting for its next try, or just ended, or back after a crash and not Ready again. */
function isCrashing(status: ContainerStatus, at: Date): boolean {
  if (status.state?.waiting?.reason === 'CrashLoopBackOff') return true
  if (status.state?.terminated) return status.state.terminated.exitCode !== 0
  const last = status.lastState?.terminated
  if (last?.reason === 'OOMKilled' && status.ready) return !(at.getTime() - Date.parse(last.finishedAt ?? '') > day)
  return last !== undefined && last.exitCode !== 0 && !status.ready
}

function limitOf(pod: Pod | undefined): string | null {
  return (pod && serverContainer(pod.spec)?.resources?.limits?.memory) ?? null
}
