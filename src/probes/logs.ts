import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './prober.ts'

/** A container's output is in the node's log file a moment after it was written. */
const patience = { tries: 10, ms: 100 }

/** The log of a probe Pod's container, read again until it is whole or does not become so. Rejects with a RequestError. */
export async function readLog(
  { client, namespace, pod, signal }: Session,
  container: string,
  isWhole: (log: string) => boolean,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}`
  let log = ''
  for (let tries = 0; tries < patience.tries; tries++) {
    if (tries > 0) await sleep(patience.ms, undefined, { signal })
    log = await client.text(path, { signal })
    if (isWhole(log)) break
  }
  return log
}
