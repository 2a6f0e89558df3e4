import type { From, Observation, Protocol, Target } from './observations.ts'
import { howText, judgeOf, type Outcome } from './right.ts'
import type { Evidence } from './snapshot.ts'

/** An observation with what is wrong with it, as words for a sentence; null when the answer is right. */
export interface Judged extends Observation {
  readonly outcome: Outcome
  readonly fault: string | null
}

/** One target as one node sees it: the protocols over which nothing came back, and those over which something did. */
export interface Row {
  readonly node: string
  readonly to: Target
  readonly asked: readonly Judged[]
  readonly silent: readonly Protocol[]
  readonly heard: readonly Protocol[]
}

/** Every observation of the probes in this network, judged. */
export function judged(
  { observations, probes }: Pick<Evidence, 'observations' | 'probes'>,
  from: From = 'pod',
): readonly Judged[] {
  const judge = judgeOf(probes)
  return observations
    .filter(o => o.from === from)
    .map(o => {
      const outcome = judge(o)
      return { ...o, outcome, fault: outcome === 'right' ? null : howText(o.result, o.question) }
    })
}

export const isSilence = ({ outcome }: Judged): boolean => outcome === 'silent'

export const targetKey = ({ kind, address, port }: Target): string => `${kind} ${address} ${port}`

/** The observations by node and target. A target whose later questions are silent is heard: it answered others. */
export function rowsOf(all: readonly Judged[]): readonly Row[] {
  return [...Map.groupBy(all, o => `${o.node} ${targetKey(o.to)}`).values()].flatMap(asked => {
    const [first] = asked
    if (!first) return []
    const protocols = [...new Set(asked.map(o => o.protocol))]
    const silent = protocols.filter(p => asked.every(o => o.protocol !== p || isSilence(o)))
    return [{ node: first.node, to: first.to, asked, silent, heard: protocols.filter(p => !silent.includes(p)) }]
  })
}

/** True when the target gave no answer over any protocol. */
export const isMute = (row: Row): boolean => row.heard.length === 0

/** The nodes, each once, in the order of the rows. */
export const nodesOf = (rows: readonly { readonly node: string }[]): readonly string[] => [
  ...new Set(rows.map(r => r.node)),
]

/** Where these nodes are hit: `all` when they are all that asked. */
export const reachOfNodes = (hit: readonly string[], rows: readonly { readonly node: string }[]): 'all' | 'some' =>
  nodesOf(rows).every(node => hit.includes(node)) ? 'all' : 'some'

/** The faults as words, those that differ only in their time once: `no answer within 3.0 s or a refused connection`. */
export function howOf(all: readonly Judged[]): string {
  const faults = all.flatMap(o => o.fault ?? [])
  const alike = Map.groupBy(faults, f => f.replace(/[\d.]+ s$/, ''))
  return [...alike.values()].map(group => group[0]).join(' or ')
}

const kindNames = { service: 'Service ', resolver: '', pod: '', upstream: 'upstream ' } as const

/** `Service kube-dns`, `coredns-a`, `upstream 10.0.0.2`. */
export const targetName = (to: Target): string => `${kindNames[to.kind]}${to.name}`

/** More would not be read. */
const mostLines = 6

/** Observations as evidence lines, with their times; the first few of many. */
export const observationLines = (all: readonly Judged[], most = mostLines) =>
  all.slice(0, most).map(o => ({
    source: `${o.node}${o.from === 'host' ? ' (host network)' : ''} → ${targetName(o.to)}, ${o.protocol.toUpperCase()}`,
    text: `${o.question.name} ${o.question.type}: ${said(o)}`,
  }))

/** The sidecar's prober does not show the answers that it counts; a silence has its time in its words. */
function said({ fault, result }: Judged): string {
  if ('silence' in result) return fault ?? result.silence
  return `${fault ?? (result.answers.join(', ') || 'answered')} (${Math.round(result.ms)} ms)`
}
