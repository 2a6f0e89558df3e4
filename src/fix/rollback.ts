import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { messageOf, nameOf } from './apply-errors.ts'
import { type NodeHands, renewPodsOn } from './apply-node.ts'
import { patiently } from './apply-patience.ts'
import { type OpenJournal, recordStep } from './journal.ts'
import { NodeFailure } from './node/work.ts'
import { applyChange } from './objects.ts'
import type { Change, NodeChange } from './plan.ts'
import { rejoining } from './rejoin.ts'
import { giveBackSpare } from './restart-spare.ts'
import { type Conflict, reversed } from './reversal.ts'
import { settled } from './settled.ts'
import type { DnsServer } from './settled-pods.ts'
import type { Waiting } from './settled-wait.ts'

export interface TakeBackOptions extends Waiting {
  readonly journal: OpenJournal
  readonly dns: DnsServer
  readonly node: NodeHands
  /** takes back also what somebody changed since */
  readonly force: boolean
  readonly today: () => Date
}

/** What was given back, the last change first. */
export interface TakenBack {
  readonly changes: readonly Change[]
  /** those that are still to be taken back, for a node could not be put back */
  readonly open: readonly Change[]
  /** sentences on DNS Pods that do not come up with what was before: it may well have been broken */
  readonly problems: readonly string[]
}

/** Objects are not as the run had left them: somebody changed them since. */
export class ChangedSince extends ExpectedError {
  readonly conflicts: readonly Conflict[]

  constructor(conflicts: readonly Conflict[]) {
    const names = conflicts.map(({ change }) => nameOf(change)).join(', ')
    super(`Somebody has changed since then: ${names}.`, {
      code: 'changed-since',
      hint: 'See it with kubectl get -o yaml; kubectl dnsfix undo --force takes that back, too',
      exitCode: 1,
    })
    this.conflicts = conflicts
  }
}

/**
 * Gives back what a run has changed, its last step first: what is as before stays, what is as the run left it gets its image from
 * before, created objects go and deleted ones come back. Rejects with ChangedSince before anything is done, with ServerGone, with
 * a RequestError or NodeFailure in the middle: what was given back by then is noted in the journal.
 */
export async function takeBack(client: Client, options: TakeBackOptions): Promise<TakenBack> {
  const { journal, force } = options
  const { changes, conflicts } = await patiently(options, () => reversed(client, journal.journal))
  if (conflicts.length > 0 && !force) throw new ChangedSince(conflicts)
  const problems: string[] = []
  const open: Change[] = []
  for (const change of changes) {
    options.signal.throwIfAborted()
    options.say(`Taking back ${nameOf(change)}`)
    const stuck = await giveBack(client, change, options).then(() => undefined, nodeTrouble)
    if (stuck !== undefined) {
      problems.push(stuck)
      open.push(change)
      continue
    }
    await noteUndone(change, options)
    if (change.kind === 'object')
      problems.push(...(await problemOf(options, settled(client, change.awaits, options.dns, options, 'before'))))
  }
  await noteUntouched(changes, options)
  const nodes = new Set(changes.flatMap(change => (change.kind === 'node' ? [change.node] : [])))
  problems.push(...(await problemOf(options, renewPodsOn(client, options.dns, nodes, options))))
  await giveBackSpare(client, journal.journal.spare, options)
  return { changes, open, problems }
}

/** One node that cannot be put back keeps nothing else from it: its step stays open in the journal. */
function nodeTrouble(error: unknown): string {
  if (error instanceof NodeFailure) return `${error.message}. It is still to be taken back.`
  throw error
}

async function giveBack(client: Client, change: Change, { journal, node, dns, force, ...waiting }: TakeBackOptions) {
  if (change.kind === 'object') return patiently(waiting, () => applyChange(client, change))
  const original = journal.journal.steps.find(step => isSame(step.change, change))?.change as NodeChange
  return rejoining(client, dns, change.node, waiting, () => node.restore(original, force))
}

const isSame = (a: Change, b: Change): boolean =>
  a.kind === 'object'
    ? b.kind === 'object' && a.path === b.path
    : b.kind === 'node' && a.node === b.node && a.file === b.file

/** A change back may stand for several steps on the same object. */
const noteUndone = (change: Change, options: TakeBackOptions): Promise<void> =>
  note(options, begun => isSame(begun, change))

/** Steps that had not come to change anything are as before, too. */
const noteUntouched = (changes: readonly Change[], options: TakeBackOptions): Promise<void> =>
  note(options, begun => !changes.some(change => isSame(begun, change)))

async function note(options: TakeBackOptions, isMeant: (begun: Change) => boolean): Promise<void> {
  const { journal, today } = options
  for (const [index, { change, state }] of journal.journal.steps.entries()) {
    const isBegun = state !== 'planned' && state !== 'undone'
    if (isBegun && isMeant(change)) await patiently(options, () => recordStep(journal, index, 'undone', today()))
  }
}

/** The configuration is back whatever DNS Pods make of it. An interruption is none of their troubles. */
async function problemOf({ signal }: TakeBackOptions, work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work
    return []
  } catch (error) {
    if (signal.aborted) throw error
    return [`The DNS Pods do not come up with what was before: ${messageOf(error)}.`]
  }
}
