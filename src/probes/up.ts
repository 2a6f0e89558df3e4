import { setTimeout as sleep } from 'node:timers/promises'
import { pauseAfter } from '../pause.ts'
import { logOnDisk } from './disk-log.ts'
import type { Session } from './prober.ts'
import type { Starts } from './starts.ts'

/**
 * Resolves when the containers of a probe Pod run: when its status says so, or before that, when each has a file on its node that it
 * writes to. Rejects with NotStarted as `starts` does.
 */
export async function isUp(
  starts: Starts,
  session: Session,
  containers: readonly string[],
  limitMs: number,
): Promise<void> {
  const over = new AbortController()
  const started = starts.started(session.pod, limitMs).finally(() => over.abort())
  const signal = AbortSignal.any([session.signal, over.signal])
  // Why it does not start only its status tells.
  await Promise.any([started, writing(session, containers, signal)]).catch(() => started)
}

/** Rejects when the signal aborts, and where the user may not look there. */
async function writing(session: Session, containers: readonly string[], signal: AbortSignal): Promise<void> {
  const { client, namespace, pod, uid, node } = session
  const began = Date.now()
  const look = (container: string) => logOnDisk(client, { namespace, name: pod, uid, node }, container, signal)
  for (;;) {
    await sleep(pauseAfter(Date.now() - began), undefined, { signal })
    const logs = await Promise.all(containers.map(look))
    if (!logs.includes(null)) return
  }
}
