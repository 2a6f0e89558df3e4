import { ExpectedError } from '../errors.ts'
import { nearest } from '../kube/choose.ts'
import type { NodeChoice } from '../options.ts'
import { runsWindows } from '../snapshot/node.ts'
import type { Node } from '../snapshot/objects.ts'
import { sampleOf } from './sample.ts'

/** Up to here all nodes are probed; a sample of more nodes has as many. */
const enough = 20
/** A sample that would not cover every class and zone may grow to these. */
const most = 50

export interface LeftOut {
  readonly node: string
  readonly why: string
}

export interface Chosen {
  /** in the order of their names, `w2` before `w10` */
  readonly chosen: readonly Node[]
  /** all nodes of the cluster on which a probe could run */
  readonly eligible: number
  /** how `chosen` were chosen of them; null when they are all */
  readonly sample: string | null
  /** nodes that were asked for and cannot run a probe */
  readonly left: readonly LeftOut[]
}

/**
 * The nodes to probe. Those that are cordoned or not Ready are among them: that a probe does not start there is a result.
 * A sample prefers the nodes of `include`, as those that run DNS Pods. Throws an ExpectedError for a node or a label that
 * is nowhere, and when no node is left.
 */
export function chooseNodes(
  nodes: readonly Node[],
  choice: NodeChoice,
  include: ReadonlySet<string> = new Set(),
): Chosen {
  const sorted = nodes.toSorted((a, b) => byName(a.metadata.name, b.metadata.name))
  const wanted = wantedOf(sorted, choice)
  const left = wanted.flatMap(node => whyNot(node) ?? [])
  const able = wanted.filter(node => !whyNot(node))
  if (able.length === 0) throw noNode(left)
  const eligible = sorted.filter(node => !whyNot(node)).length
  const { chosen, how } = narrowed(able, choice, include)
  const sample = chosen.length === eligible ? null : `${chosen.length} of ${eligible} nodes: ${how}`
  return { chosen: chosen.toSorted((a, b) => byName(a.metadata.name, b.metadata.name)), eligible, sample, left }
}

const collator = new Intl.Collator('en', { numeric: true })

/** The collator takes `w1` and `w01` for the same. */
const byName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : Number(a > b))

function narrowed(able: readonly Node[], choice: NodeChoice, include: ReadonlySet<string>) {
  if (choice.kind === 'count') return sampleOf(able, { enough: choice.count, most: choice.count }, include)
  if (choice.kind === 'default') return sampleOf(able, { enough, most }, include)
  const how = choice.kind === 'labels' ? `those with ${selectorText(choice.selector)}` : 'those that were named'
  return { chosen: able, how }
}

function wantedOf(nodes: readonly Node[], choice: NodeChoice): readonly Node[] {
  if (choice.kind === 'names') return named(nodes, choice.names)
  if (choice.kind === 'labels') return labelled(nodes, choice.selector)
  return nodes
}

function named(nodes: readonly Node[], names: readonly string[]): readonly Node[] {
  const known = new Set(nodes.map(n => n.metadata.name))
  const unknown = names.find(name => !known.has(name))
  if (unknown === undefined) return nodes.filter(n => names.includes(n.metadata.name))
  const value = nodes.map(n => n.metadata.labels?.[unknown]).find(v => v !== undefined)
  const close = nearest(unknown, [...known])
  const guess = value === undefined ? close && `Did you mean ${close}?` : `For the label: --nodes ${unknown}=${value}.`
  throw new ExpectedError(`There is no node ${JSON.stringify(unknown)}.`, {
    code: 'node-unknown',
    hint: `${guess ? `${guess} ` : ''}All nodes: kubectl get nodes`,
  })
}

type Selector = Readonly<Record<string, string | null>>

const selectorText = (selector: Selector): string =>
  Object.entries(selector)
    .map(([key, value]) => (value === null ? key : `${key}=${value}`))
    .join(',')

function labelled(nodes: readonly Node[], selector: Selector): readonly Node[] {
  const found = nodes.filter(node =>
    Object.entries(selector).every(([key, value]) => {
      const has = node.metadata.labels?.[key]
      return value === null ? has !== undefined : has === value
    }),
  )
  if (found.length > 0 || nodes.length === 0) return found
  throw new ExpectedError(`No node has ${selectorText(selector)}.`, {
    code: 'nodes-unmatched',
    hint: `${hintForLabels(nodes, selector)}All labels: kubectl get nodes --show-labels`,
  })
}

/** About the first label that is wrong; nothing where each is on some node, but not all on one. */
function hintForLabels(nodes: readonly Node[], selector: Selector): string {
  const keys = new Set(nodes.flatMap(n => Object.keys(n.metadata.labels ?? {})))
  const unknown = Object.keys(selector).find(key => !keys.has(key))
  const close = unknown && nearest(unknown, [...keys])
  if (unknown) return close ? `Did you mean ${close}? ` : ''
  for (const [key, wanted] of Object.entries(selector)) {
    const values = [...new Set(nodes.flatMap(n => n.metadata.labels?.[key] ?? []))]
    if (wanted !== null && !values.includes(wanted)) return `There is ${key}=${values.slice(0, 5).join(', ')}. `
  }
  return ''
}

/**
 * Why no probe can run on a node; null where one can. Virtual nodes by the label and the taint of virtual-kubelet
 * (github.com/virtual-kubelet/virtual-kubelet); a node of Fargate is made for one Pod (AWS, "Fargate considerations").
 */
function whyNot(node: Node): LeftOut | null {
  const { name, labels } = node.metadata
  if (runsWindows(node)) return { node: name, why: 'runs Windows' }
  const isVirtual = node.spec?.taints?.some(t => t.key === 'virtual-kubelet.io/provider')
  if (isVirtual || labels?.type === 'virtual-kubelet') return { node: name, why: 'is virtual (virtual-kubelet)' }
  const isFargate = labels?.['eks.amazonaws.com/compute-type'] === 'fargate'
  return isFargate ? { node: name, why: 'is virtual (EKS Fargate)' } : null
}

function noNode(left: readonly LeftOut[]): ExpectedError {
  const [first] = left
  const reason = first && `${first.node} ${first.why}${left.length > 1 ? `, and so on for ${left.length} nodes` : ''}`
  return new ExpectedError(reason ? `No probe can run on these nodes: ${reason}.` : 'There is no node to probe from.', {
    code: 'no-nodes',
    hint: reason ? 'Choose others with --nodes' : 'See what there is, and whether you may see it: kubectl get nodes',
  })
}
