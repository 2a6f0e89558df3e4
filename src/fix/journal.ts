import { randomBytes } from 'node:crypto'
import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import {
  assertFits,
  type ConfigMapData,
  type Journal,
  type JournalState,
  journalData,
  keptChange,
  parseJournal,
  type StepState,
} from './journal-text.ts'
import { type OpenJournal, writeJournal } from './journal-write.ts'
import { readObject, written } from './objects.ts'
import type { KubeObject, Plan } from './plan.ts'
import type { Spare } from './spare.ts'

export type { Journal, JournalState, Step, StepState } from './journal-text.ts'
export type { OpenJournal } from './journal-write.ts'

export interface Start {
  readonly plan: Plan
  /** one sentence for `undo --list` */
  readonly why: string
  /** of this program */
  readonly version: string
  readonly now: Date
}

const labels = { 'app.kubernetes.io/name': 'kubectl-dnsfix', 'app.kubernetes.io/component': 'journal' }
const prefix = 'kubectl-dnsfix-'
const configMaps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`
const pathOf = (namespace: string, id: string): string => `${configMaps(namespace)}/${prefix}${id}`

/**
 * Writes the journal of a plan of which nothing has been done yet. Rejects with an ExpectedError `plan-too-large` before anything is
 * written, with a RequestError when it cannot be; then nothing of the plan may be done.
 */
export async function startJournal(
  client: Client,
  namespace: string,
  { plan, why, version, now }: Start,
): Promise<OpenJournal> {
  const startedAt = now.toISOString()
  const id = `${startedAt.slice(0, 19).replace(/\D/g, '')}-${randomBytes(3).toString('hex')}`
  const steps = plan.changes.map(change => ({ change: keptChange(change), state: 'planned' as const, at: startedAt }))
  const { method } = plan
  const journal: Journal = { schemaVersion: 1, id, version, startedAt, method, state: 'running', why, steps }
  const data = journalData(journal)
  assertFits(data)
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${prefix}${id}`, labels }, ...data }
  const configMap = await client.post<KubeObject>(written(configMaps(namespace)), object)
  return { client, path: pathOf(namespace, id), journal, unanswered: [], configMap }
}

/**
 * Notes that a step has come to a state. A step may be begun when its `applying` has been noted, that is, when this has resolved.
 * Rejects with a RequestError, with an ExpectedError when somebody else wrote the journal.
 */
export function recordStep(open: OpenJournal, index: number, state: StepState, now: Date, note = ''): Promise<void> {
  const what = { state, at: now.toISOString(), ...(note === '' ? {} : { note: note.slice(0, noteLength) }) }
  const steps = open.journal.steps.map((step, i) => (i === index ? { change: step.change, ...what } : step))
  return writeJournal(open, { ...open.journal, steps })
}

const noteLength = 1000

/** Notes what a step has really written to its file, where it is not what was planned. Rejects as `recordStep` does. */
export function recordWritten(open: OpenJournal, index: number, after: string): Promise<void> {
  const steps = open.journal.steps.map((step, i) =>
    i === index && step.change.kind === 'node' ? { ...step, change: { ...step.change, after } } : step,
  )
  return writeJournal(open, { ...open.journal, steps })
}

/** Notes that a workload gets a Pod more, before it does, and with null that it has it no more. Rejects as `recordStep` does. */
export async function recordSpare(open: OpenJournal, spare: Spare | null): Promise<void> {
  const { spare: noted, ...journal } = open.journal
  if (noted || spare) await writeJournal(open, spare ? { ...journal, spare } : journal)
}

/** Notes how the run ended. Rejects as `recordStep` does. */
export function endJournal(open: OpenJournal, state: JournalState): Promise<void> {
  const { spare, ...journal } = open.journal
  // Where everything is as it was, nothing is too many.
  return writeJournal(open, { ...journal, ...(spare && state !== 'undone' ? { spare } : {}), state })
}

/** The journals of a namespace. `unreadable` are ConfigMaps that look like one; each says why it is none. */
export interface Journals {
  /** the newest first */
  readonly journals: readonly Journal[]
  readonly unreadable: readonly { readonly name: string; readonly why: string }[]
}

/** All that earlier runs wrote. Rejects with a RequestError. */
export async function listJournals(client: Client, namespace: string): Promise<Journals> {
  const items = await journalMaps(client, namespace)
  const read = items.map(item => ({ name: item.metadata.name, found: parseJournal(item as ConfigMapData) }))
  const journals = read.flatMap(({ found }) => (typeof found === 'string' ? [] : [found]))
  const unreadable = read.flatMap(({ name, found }) => (typeof found === 'string' ? [{ name, why: found }] : []))
  return { journals: journals.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt)), unreadable }
}

/** A journal to read and to write on. Rejects with an ExpectedError where there is none, or none that can be read. */
export async function readJournal(client: Client, namespace: string, id: string): Promise<OpenJournal> {
  const path = pathOf(namespace, encodeURIComponent(id))
  const configMap = await readObject(client, path)
  const journal = configMap ? parseJournal(configMap as ConfigMapData) : 'there is none'
  if (configMap && typeof journal !== 'string') return { client, path, journal, unanswered: [], configMap }
  throw new ExpectedError(`Journal ${id} in namespace ${namespace} cannot be read: ${journal}.`, {
    code: configMap ? 'journal-unreadable' : 'journal-unknown',
    hint: 'See those that there are: kubectl dnsfix undo --list',
  })
}

/** The ConfigMaps that journals are kept in. Rejects with a RequestError. */
export async function journalMaps(client: Client, namespace: string): Promise<readonly KubeObject[]> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const path = `${configMaps(namespace)}?labelSelector=${encodeURIComponent(selector.join())}`
  const { items } = await client.get<{ readonly items: readonly KubeObject[] }>(path)
  // A list says once for all what its items are.
  return items.map(item => ({ ...item, apiVersion: 'v1', kind: 'ConfigMap' }))
}
