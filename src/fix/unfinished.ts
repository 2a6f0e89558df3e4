import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { listJournals, readJournal } from './journal.ts'
import type { Taker } from './lease.ts'
import { withLock } from './lock.ts'

/**
 * Throws when an earlier run was not brought to its end: `busy` while it still goes on, `unfinished` when it was killed. What it had
 * changed by then is in its journal.
 */
export async function refuseUnfinished(client: Client, namespace: string, taker: Taker): Promise<void> {
  const { journals } = await listJournals(client, namespace)
  const open = journals.find(journal => journal.state === 'running')
  if (!open) return
  // Whoever holds the lock is at work on it.
  const now = await withLock(client, namespace, taker, () => readJournal(client, namespace, open.id))
  // It may have come to its end meanwhile.
  if (now.journal.state !== 'running') return
  throw new ExpectedError(`The run ${open.id} of ${open.startedAt} was not brought to its end.`, {
    code: 'unfinished',
    hint: `Take back what it did, then run this again: kubectl dnsfix undo ${open.id}`,
  })
}
