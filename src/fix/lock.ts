import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { guarded } from './guarded.ts'
import { acquire, type Taker } from './lease.ts'
import { Keeper, type LockOptions } from './lock-keeper.ts'

/**
 * Does `work` while nobody else does: of two runs exactly one proceeds. The signal that `work` gets aborts as soon as the lock is
 * known to be another's, or may be; from then on the client that `work` gets writes nothing, and `withLock` rejects with an
 * ExpectedError `lock-lost` unless the work was done all the same. Rejects with an ExpectedError `busy` while another holds it, with
 * a RequestError when it cannot be asked for. What a killed run held ends by itself.
 */
export async function withLock<T>(
  client: Client,
  namespace: string,
  taker: Taker,
  work: (lost: AbortSignal, client: Client) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const keeper = new Keeper(await acquire(client, namespace, taker), options)
  const lost = keeper.lost.signal
  try {
    return await work(
      lost,
      guarded(client, () => keeper.assertHeld()),
    )
  } catch (error) {
    throw lost.aborted && !isLoss(error) ? lost.reason : error
  } finally {
    await keeper.end()
  }
}

const isLoss = (error: unknown): boolean => error instanceof ExpectedError && error.code === 'lock-lost'

/** Whether work was told to stop because its lock was lost: another run may be at work, and nothing may be written any more. */
export const isLockLost = (signal: AbortSignal): boolean => signal.aborted && isLoss(signal.reason)

/** Does work of the run `id`: when the lock is lost meanwhile, the error names that run, which is left as it is. */
export const inRun = <T>(id: string, lost: AbortSignal, work: () => Promise<T>): Promise<T> =>
  work().catch(error => {
    if (!isLockLost(lost)) throw error
    throw new ExpectedError((lost.reason as ExpectedError).message, {
      code: 'lock-lost',
      hint: `Nothing more was written. Wait until no other run is under way, then take back what was done: kubectl dnsfix undo ${id}`,
      cause: lost.reason,
    })
  })
