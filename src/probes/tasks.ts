import type { From, ProbeQuestion, Prober, Target } from '../snapshot/observations.ts'
import type { Evidence, Gap } from '../snapshot/snapshot.ts'
import type { Ask } from './prober.ts'
import { questionsFor } from './questions.ts'
import type { Task } from './round.ts'
import { searchAsk } from './search.ts'
import { shared } from './share.ts'
import { serversIn, targetsFor } from './targets.ts'

export interface Wanted {
  readonly nodes: readonly string[]
  readonly froms: readonly From[]
  readonly questions: readonly ProbeQuestion[]
  readonly namespace: string
  readonly prober: Prober
}

/**
 * DNS Pods that one node asks. More would not fit into the annotation of a relay (256 KiB), and with the sidecar each is a
 * container of its own.
 */
const most = { relay: 100, exec: 100, sidecar: 8 } as const

/** The Pods to start and what each asks: every target that Pods on its node have, over UDP and over TCP. */
export function tasksFor(wanted: Wanted, evidence: Evidence): readonly Task[] {
  const { nodes, froms, questions, prober } = wanted
  const shares = shared(serversIn(evidence), nodes, most[prober])
  const tasks = nodes.flatMap((node, i) => {
    const asks = asksOf(targetsFor(node, shares[i] ?? [], evidence), questions)
    return froms.map(from => ({ node, from, asks }))
  })
  // What the search list costs is the same on every node: one shows it.
  return tasks.map((task, i) => (i === 0 ? { ...task, asks: [...task.asks, ...searchAsk(task.asks, wanted)] } : task))
}

function asksOf(targets: readonly Target[], questions: readonly ProbeQuestion[]): readonly Ask[] {
  return targets.flatMap(to => {
    const own = questionsFor(to, questions)
    return own.length === 0
      ? []
      : [{ to, protocol: 'udp', questions: own } as const, { to, protocol: 'tcp', questions: own } as const]
  })
}

/** DNS Pods that are too many to ask them all, from whichever node, are not passed over in silence. */
export function hiddenPods(tasks: readonly Task[], evidence: Evidence): readonly Gap[] {
  const asked = new Set(tasks.flatMap(t => t.asks.map(a => a.to.name)))
  const servers = serversIn(evidence).map(p => p.metadata.name)
  const hidden = servers.filter(name => !asked.has(name))
  if (tasks.length === 0 || hidden.length === 0) return []
  const detail = `${servers.length - hidden.length} of ${servers.length} DNS Pods were asked; with more nodes more are`
  return [{ input: 'observations', object: `${hidden.length} more DNS Pods`, why: 'failed', detail }]
}
