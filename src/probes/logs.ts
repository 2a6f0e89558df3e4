import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../kube/failures.ts'
import { logOnDisk } from './disk-log.ts'
import type { Session } from './prober.ts'

/** A container's output is in the node's log file a moment after it was written. */
const patience = { tries: 10, ms: 100 }

/** The log of a probe Pod's container, read again until it is whole or does not become so. Rejects with a RequestError. */
export async function readLog(session: Session, container: string, isWhole: (log: string) => boolean): Promise<string> {
  let log = ''
  for (let tries = 0; tries < patience.tries; tries++) {
    if (tries > 0) await sleep(patience.ms, undefined, { signal: session.signal })
    log = await present(session, container)
    if (isWhole(log)) break
  }
  return log
}

async function present({ client, namespace, pod, uid, node, signal }: Session, container: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}`
  return client.text(path, { signal }).catch(async error => {
    // 400: the kubelet has not noticed yet that the container runs.
    if (!(error instanceof RequestError && error.status === 400)) throw error
    return (await logOnDisk(client, { namespace, name: pod, uid, node }, container, signal)) ?? ''
  })
}
