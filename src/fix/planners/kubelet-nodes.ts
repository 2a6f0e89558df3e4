import { whyImproper } from '../../dns/proper.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { surroundingsOf } from '../../snapshot/surroundings.ts'
import { resolverFiles } from '../node/read-script.ts'
import { realServers } from '../node/resolv-conf.ts'
import type { NodeFacts } from './context.ts'

/** A node whose kubelet hands out a file that is no use to Pods, and the file that it should hand out instead. */
export interface NeedyNode {
  readonly facts: NodeFacts
  readonly target: string
}

/** All nodes, by what can be done there; the texts are notes for those at which nothing is. */
export interface SortedNodes {
  readonly needy: readonly NeedyNode[]
  readonly fine: readonly NodeFacts[]
  /** they need it, and it cannot be done: why, as a sentence */
  readonly left: readonly string[]
}

/** Sorts nodes by what their kubelets hand out. `wanted` names the one file for all nodes, where it has to be one. */
export function sortNodes(all: readonly NodeFacts[], evidence: Evidence, wanted: string | null): SortedNodes {
  const sorted = all.map(facts => sortNode(facts, evidence, wanted))
  return {
    needy: sorted.flatMap(s => s.needy ?? []),
    fine: sorted.flatMap(s => s.fine ?? []),
    left: sorted.flatMap(s => s.left ?? []),
  }
}

interface Sorted {
  readonly needy?: NeedyNode
  readonly fine?: NodeFacts
  readonly left?: string
}

function sortNode(facts: NodeFacts, evidence: Evidence, wanted: string | null): Sorted {
  const { node, files, resolvConf } = facts
  if (facts.problem !== null || !facts.ready) return { left: notDone(facts) }
  const text = files[resolvConf]
  if (resolvConf !== '' && text === undefined)
    return { left: `${node} is not done: ${resolvConf}, which its kubelet hands out, was not seen` }
  if (isUsable(text ?? null)) return { fine: facts }
  const target = (wanted === null ? targets : [wanted]).find(path => isProper(files[path] ?? null, evidence))
  return target === undefined
    ? { left: `${node} is left out: ${noTarget(facts, wanted)}` }
    : { needy: { facts, target } }
}

/** Files with the real servers that something on the node writes again at every boot. */
export const targets: readonly string[] = resolverFiles.filter(path => path.startsWith('/run/'))

const notDone = ({ node, problem }: NodeFacts): string =>
  `${node} is not done: ${problem ?? 'it is not Ready'}; run the same command again when that is over`

const loopback = /^[ \t]*nameserver[ \t]+(127\.|::1\b)/m

/** A file that names the node's own loopback, or nobody, is no use to a Pod. */
const isUsable = (text: string | null): boolean => text !== null && realServers(text).length > 0 && !loopback.test(text)

function isProper(text: string | null, evidence: Evidence): boolean {
  const around = surroundingsOf(evidence)
  return text !== null && isUsable(text) && realServers(text).every(server => whyImproper(server, around) === null)
}

const noTarget = ({ files }: NodeFacts, wanted: string | null): string => {
  const looked = wanted === null ? targets : [wanted]
  const there = looked.filter(path => typeof files[path] === 'string')
  return there.length === 0
    ? `${looked.join(', ')} ${looked.length === 1 ? 'does' : 'do'} not exist there`
    : `${there.join(', ')} names no server there that Pods could ask`
}
