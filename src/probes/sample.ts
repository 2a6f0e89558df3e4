import { classOf, classParts, isDown, zoneOf } from '../snapshot/node.ts'
import type { Node } from '../snapshot/objects.ts'

interface Candidate {
  readonly node: Node
  readonly class: string
  readonly zone: string
}

interface Size {
  /** the sample has as many, if there are */
  readonly enough: number
  /** it may grow to these to cover every class and zone */
  readonly most: number
}

/**
 * A sample with a node of every class and every zone as far as its size allows, the rest shared out evenly over the
 * classes; and in words, what it covers. Nodes that are Ready go before others, then those of `include`, then those of
 * bigger classes, then as `nodes` are sorted: the same nodes give the same sample.
 */
export function sampleOf(nodes: readonly Node[], size: Size, include: ReadonlySet<string>) {
  const candidates = ranked(nodes, include)
  const cover = coverOf(candidates).slice(0, size.most)
  const covering = new Set(cover)
  const rest = candidates.filter(c => !covering.has(c))
  const [preferred = [], others = []] = [true, false].map(is =>
    rest.filter(c => include.has(c.node.metadata.name) === is),
  )
  const first = [...cover, ...spread(preferred, cover)]
  const sample = [...first, ...spread(others, first)].slice(0, Math.max(size.enough, cover.length))
  return { chosen: sample.map(c => c.node), how: coverage(sample, candidates) }
}

function ranked(nodes: readonly Node[], include: ReadonlySet<string>): readonly Candidate[] {
  const candidates = nodes.map(node => ({ node, class: classOf(node), zone: zoneOf(node) }))
  const size = Map.groupBy(candidates, c => c.class)
  const rank = (c: Candidate) => (isDown(c.node) ? 2 : 0) + (include.has(c.node.metadata.name) ? 0 : 1)
  const sizeOf = (c: Candidate) => size.get(c.class)?.length ?? 0
  return candidates.sort((a, b) => rank(a) - rank(b) || sizeOf(b) - sizeOf(a))
}

/**
 * Greedy: who adds a class and a zone, then a class, then a zone. What a node adds only gets less, so that each is looked
 * at once a round.
 */
function coverOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const classes = new Set<string>()
  const zones = new Set([''])
  const addsClass = (c: Candidate) => !classes.has(c.class)
  const addsZone = (c: Candidate) => !zones.has(c.zone)
  const rounds = [(c: Candidate) => addsClass(c) && addsZone(c), addsClass, addsZone]
  const take = (c: Candidate) => {
    classes.add(c.class)
    zones.add(c.zone)
    return c
  }
  return rounds.flatMap(adds => candidates.flatMap(c => (adds(c) ? [take(c)] : [])))
}

/** Evenly over the classes, and within each over the zones. */
const spread = (list: readonly Candidate[], taken: readonly Candidate[]): readonly Candidate[] =>
  evenly(
    evenly(list, c => `${c.class}|${c.zone}`, taken),
    c => c.class,
    taken,
  )

/** Those first whose key has come least often, also among `taken`. */
function evenly(
  list: readonly Candidate[],
  key: (c: Candidate) => string,
  taken: readonly Candidate[],
): readonly Candidate[] {
  const count = new Map<string, number>()
  const turn = (c: Candidate) => {
    const before = count.get(key(c)) ?? 0
    count.set(key(c), before + 1)
    return before
  }
  for (const c of taken) turn(c)
  return list
    .map(c => ({ c, turn: turn(c) }))
    .sort((a, b) => a.turn - b.turn)
    .map(each => each.c)
}

/** `at least one of each of 4 node classes in 3 zones`, or what is missing. */
function coverage(sample: readonly Candidate[], all: readonly Candidate[]): string {
  const classes = new Set(all.map(c => c.class))
  const zones = new Set(all.map(c => c.zone).filter(Boolean))
  const seenClasses = new Set(sample.map(c => c.class))
  const seenZones = new Set(sample.map(c => c.zone))
  const lost = new Map(all.filter(c => !seenClasses.has(c.class)).map(c => [c.class, c.node]))
  const lostZones = [...zones].filter(zone => !seenZones.has(zone)).sort()
  const names = differing([...lost.values()], all)
  const none = [
    ...(names.length ? [`none of ${names.length === 1 ? 'the class' : 'the classes'} ${some(names)}`] : []),
    ...(lostZones.length ? [`none in zone ${some(lostZones)}`] : []),
  ]
  const said = [classText(classes.size, lost.size), zoneText(zones.size, lostZones.length)].filter(Boolean).join(' in ')
  return [said, ...none].join('; ')
}

function classText(count: number, lost: number): string {
  if (count === 1) return 'all of one node class'
  return lost === 0 ? `at least one of each of ${count} node classes` : `${count - lost} of ${count} node classes`
}

function zoneText(count: number, lost: number): string {
  if (count < 2) return ''
  return lost === 0 ? `${count} zones` : `${count - lost} of ${count} zones`
}

/** Classes by what tells them from others: what all nodes have says nothing. */
function differing(nodes: readonly Node[], all: readonly Candidate[]): readonly string[] {
  if (nodes.length === 0) return []
  const parts = all.map(c => classParts(c.node))
  const telling = (parts[0] ?? []).map((first, i) => parts.some(each => each[i] !== first))
  const name = (node: Node) => classParts(node).filter((part, i) => telling[i] && part !== '')
  return nodes.map(node => name(node).join(' ') || 'without a group').sort()
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
