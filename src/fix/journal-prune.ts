import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { type Journal, listJournals, readJournal } from './journal.ts'
import { sameContent } from './objects.ts'
import type { ObjectChange } from './plan.ts'

/** So many runs that are over are kept in any case. */
const keptRuns = 20

/**
 * Deletes the journals of old runs that nobody can need any more: those beyond the newest that have been taken back, and those of which
 * a newer run has the same objects from before. Tidying fails no run: what may not be deleted, or cannot be now, stays.
 */
export async function pruneJournals(client: Client, namespace: string): Promise<void> {
  try {
    const { journals } = await listJournals(client, namespace)
    for (const { id } of outdated(journals)) await remove(client, namespace, id)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
  }
}

/** Those of these journals, the newest first, that no way back needs. */
export function outdated(journals: readonly Journal[]): readonly Journal[] {
  const over = journals.filter(({ state }) => state !== 'running')
  return over.slice(keptRuns).filter(journal => {
    if (journal.spare) return false
    if (journal.state !== 'done') return true
    const newer = over.slice(0, over.indexOf(journal)).filter(({ state }) => state === 'done')
    return newer.some(other => isCovered(journal, other))
  })
}

/** Whether taking back the newer run gives back everything that taking back this one would. Back-ups on nodes are each run's own. */
function isCovered({ steps }: Journal, newer: Journal): boolean {
  const theirs = firstImages(newer)
  return steps.every(({ change }) => {
    if (change.kind === 'node') return false
    const before = theirs.get(change.path)
    return before !== undefined && sameContent(firstOf(steps, change).before, before)
  })
}

const firstOf = (steps: Journal['steps'], { path }: ObjectChange): ObjectChange =>
  steps.find(({ change }) => change.kind === 'object' && change.path === path)?.change as ObjectChange

/** path → the object as the run found it, null where there was none */
const firstImages = ({ steps }: Journal) =>
  new Map(steps.toReversed().flatMap(({ change }) => (change.kind === 'object' ? [[change.path, change.before]] : [])))

/** Only as it was read: whoever writes on it needs it. */
async function remove(client: Client, namespace: string, id: string): Promise<void> {
  const { path, journal, configMap } = await readJournal(client, namespace, id)
  if (journal.state === 'running') return
  const { uid, resourceVersion } = configMap.metadata
  await client.delete(path, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid, resourceVersion } })
}
