import type { Client } from '../kube/client.ts'
import type { Journal, Step } from './journal-text.ts'
import { isImageOf, readObject, sameContent } from './objects.ts'
import type { Change, KubeObject, NodeChange, ObjectChange } from './plan.ts'
import { type Spare, spareBack, withoutSpare } from './spare.ts'

/** The way back from what a journal tells of. */
export interface Reversal {
  /** the last step first; those of `conflicts` are among them */
  readonly changes: readonly Change[]
  readonly conflicts: readonly Conflict[]
}

/** An object that somebody changed since: taking it back would take that back, too. */
export interface Conflict {
  /** its `before` is what is there now */
  readonly change: ObjectChange
  /** what the run had left there; null is that it had deleted the object */
  readonly left: KubeObject | null
}

/**
 * What restores the images from before a run, whole or killed anywhere; a Pod that was lent to a workload goes first. For every object that the run may have written, what is there
 * now decides. A file on a node is seen only on that node: each that may have been written is among the changes, and is to be left
 * alone there where it is as it was. Writes nothing; rejects with a RequestError where an object cannot be read.
 */
export async function reversed(client: Client, { steps, spare }: Journal): Promise<Reversal> {
  const begun = steps.filter(({ state }) => state === 'applying' || state === 'applied' || state === 'failed')
  const paths = begun.flatMap(({ change }) => (change.kind === 'object' ? [change.path] : []))
  const objects = await Promise.all([...new Set(paths)].map(path => changedObject(client, path, begun, spare)))
  const walk: Walk = { client, now: new Map(objects.flat()), walked: new Set() }
  const lent = spare && spareBack(spare, await readObject(client, spare.path))
  const ways: Way[] = lent ? [{ change: lent }] : []
  for (const { change, state } of begun.toReversed()) {
    const way = change.kind === 'node' ? { change: nodeBack(change) } : await objectBack(walk, change, state)
    if (way) ways.push(way)
  }
  const merged = ways
    .reduce<readonly Way[]>(mergedWith, [])
    .filter(({ change }) => !(change.before === null && change.after === null))
  const conflicts = merged.flatMap(({ change, left }) =>
    left && change.kind === 'object' ? [{ change, ...left }] : [],
  )
  return { changes: merged.map(({ change }) => change), conflicts }
}

/** An object as it is now; nothing where it is again, or still, as the first of these steps found it. */
async function changedObject(client: Client, path: string, steps: readonly Step[], spare: Spare | undefined) {
  const first = steps.find(step => targetOf(step.change) === path)?.change as ObjectChange
  const live = withoutSpare(path, await readObject(client, path), spare)
  return (await isImageOf(client, path, first.before, live)) ? [] : [[path, live] as const]
}

interface Way {
  readonly change: Change
  /** there for a conflict only */
  readonly left?: Pick<Conflict, 'left'>
}

/** From the last step to the first: what each object will be when the later steps have been taken back. */
interface Walk {
  readonly client: Client
  /** without those that are as they were before the run */
  readonly now: Map<string, KubeObject | null>
  /** objects of which a later step is being taken back: they will be as it found them */
  readonly walked: Set<string>
}

const back = (why: string): { readonly why: string; readonly survives: readonly string[] } => ({
  why: `Taken back: ${why}`,
  survives: [],
})

async function objectBack({ client, now, walked }: Walk, change: ObjectChange, state: Step['state']) {
  const { path } = change
  const live = now.get(path)
  if (live === undefined || sameContent(live, change.before)) return undefined
  const isOurs = walked.has(path) || (await isImageOf(client, path, change.after, live))
  if (!isOurs && (state === 'failed' || (await isImageOf(client, path, change.before, live)))) return undefined
  walked.add(path)
  now.set(path, change.before)
  const way = { ...change, ...back(change.why), before: live, after: change.before }
  return isOurs ? { change: way } : { change: way, left: { left: change.after } }
}

const nodeBack = (change: NodeChange): NodeChange => ({
  ...change,
  ...back(change.why),
  before: change.after,
  after: change.before,
})

const targetOf = (change: Change): string =>
  change.kind === 'object' ? change.path : JSON.stringify([change.node, change.file])

/** Two changes to one object become one, for the second's resource version is not known yet; not across its deletion. */
function mergedWith(ways: readonly Way[], way: Way): readonly Way[] {
  const index = ways.findLastIndex(({ change }) => targetOf(change) === targetOf(way.change))
  const later = ways[index]
  if (!later || later.change.after === null) return [...ways, way]
  const change = { ...later.change, after: way.change.after } as Change
  return ways.with(index, { ...later, change })
}
