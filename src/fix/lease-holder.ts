import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { isHeld, readLease, serverClock, type Taker } from './lease.ts'
import { shownHolder } from './this-run.ts'

/**
 * Who holds the lock now, in words; null where nobody does, undefined where it may not be read. Takes nothing. Rejects with a
 * RequestError where the server does not answer.
 */
export async function holderNow(
  client: Client,
  namespace: string,
  isGone: Taker['isGone'],
): Promise<string | null | undefined> {
  const lease = await readLease(client, namespace).catch(unlessForbidden)
  if (lease === undefined) return undefined
  const holder = lease?.spec?.holderIdentity
  if (!lease || !holder || isGone(holder)) return null
  // Who may only read has to go by the own clock.
  const now = (await serverClock(client, namespace).catch(unlessForbidden)) ?? Date.now
  return isHeld(lease, now()) ? shownHolder(holder) : null
}

function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof RequestError && error.kind === 'forbidden')) throw error
}
