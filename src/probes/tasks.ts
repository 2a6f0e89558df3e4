import type { From, ProbeQuestion, Prober } from '../snapshot/observations.ts'
import type { Evidence, Gap } from '../snapshot/snapshot.ts'
import type { Ask } from './prober.ts'
import { questionsFor } from './questions.ts'
import type { Task } from './round.ts'
import { searchAsk } from './search.ts'
import { mostPods, serversIn, targetsFor } from './targets.ts'

export interface Wanted {
  readonly nodes: readonly string[]
  readonly froms: readonly From[]
  readonly questions: readonly ProbeQuestion[]
  readonly namespace: string
  readonly prober: Prober
}

/** The Pods to start and what each asks: every target that Pods on its node have, over UDP and over TCP. */
export function tasksFor(wanted: Wanted, evidence: Evidence): readonly Task[] {
  const tasks = wanted.nodes.flatMap(node =>
    wanted.froms.map(from => ({ node, from, asks: asksFor(node, wanted.questions, evidence) })),
  )
  // What the search list costs is the same on every node: one shows it.
  return tasks.map((task, i) => (i === 0 ? { ...task, asks: [...task.asks, ...searchAsk(task.asks, wanted)] } : task))
}

function asksFor(node: string, questions: readonly ProbeQuestion[], evidence: Evidence): readonly Ask[] {
  return targetsFor(node, evidence).flatMap(to => {
    const own = questionsFor(to, questions)
    return own.length === 0
      ? []
      : [{ to, protocol: 'udp', questions: own } as const, { to, protocol: 'tcp', questions: own } as const]
  })
}

/** DNS Pods that are too many to ask them all are not passed over in silence. */
export function hiddenPods(evidence: Evidence): readonly Gap[] {
  const more = serversIn(evidence).length - mostPods
  if (more <= 0) return []
  const detail = `only the first ${mostPods} DNS Pods were asked`
  return [{ input: 'observations', object: `${more} more DNS Pods`, why: 'failed', detail }]
}
