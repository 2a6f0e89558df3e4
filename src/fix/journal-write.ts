import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { type ConfigMapData, type Journal, journalData, parseJournal } from './journal-text.ts'
import { isOtherState, readObject, written } from './objects.ts'
import type { KubeObject } from './plan.ts'

/** A journal that can be written on: `journal` is what the cluster has. */
export interface OpenJournal {
  readonly client: Client
  readonly path: string
  journal: Journal
  /** what was sent since without an answer: any of it may be what the cluster has */
  unanswered: readonly Journal[]
  configMap: KubeObject
}

/**
 * Writes a journal anew. An earlier write whose answer was lost, or a label that somebody put on it, is no other journal: it is
 * written over. Whoever wrote another text is another run. Rejects with a RequestError, with an ExpectedError where it is another's.
 */
export async function writeJournal(open: OpenJournal, journal: Journal): Promise<void> {
  try {
    await put(open, journal)
  } catch (error) {
    if (!isOtherState(error)) throw error
    const live = await readObject(open.client, open.path)
    if (!live || !isOurs(open, live)) throw notOurs(open, error)
    open.configMap = live
    await put(open, journal)
  }
}

async function put(open: OpenJournal, journal: Journal): Promise<void> {
  const { data: _, binaryData: __, ...rest } = open.configMap
  const body = { ...rest, ...journalData(journal) }
  open.unanswered = [...open.unanswered, journal]
  open.configMap = await open.client.put<KubeObject>(written(open.path), body)
  open.unanswered = []
  open.journal = journal
}

function isOurs({ journal, unanswered }: OpenJournal, live: KubeObject): boolean {
  const found = JSON.stringify(parseJournal(live as ConfigMapData))
  return [journal, ...unanswered].some(ours => JSON.stringify(ours) === found)
}

const notOurs = ({ path, journal }: OpenJournal, cause: unknown): ExpectedError =>
  new ExpectedError(`Somebody else wrote or deleted the journal ${path} meanwhile.`, {
    code: 'journal-changed',
    hint: `See what is done so far: kubectl dnsfix undo ${journal.id}`,
    cause,
  })
