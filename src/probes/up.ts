import { setTimeout as sleep } from 'node:timers/promises'
import { pauseAfter } from '../pause.ts'
import { logOnDisk } from './disk-log.ts'
import type { Prober, Session } from './prober.ts'
import type { Starts } from './starts.ts'

/**
 * Resolves when a probe Pod can be asked: when its status says that it runs, or before that, when its log on the node's disk does. Rejects
 * with NotStarted as `starts` does.
 */
export async function isUp(
  starts: Starts,
  session: Session,
  { saysUp }: Pick<Prober, 'saysUp'>,
  limitMs: number,
): Promise<void> {
  const over = new AbortController()
  const started = starts.started(session.pod, limitMs).finally(() => over.abort())
  if (!saysUp) return started
  const signal = AbortSignal.any([session.signal, over.signal])
  // Why it does not start only its status tells.
  await Promise.any([started, said(session, saysUp, signal)]).catch(() => started)
}

/** Rejects when the signal aborts, and where the user may not look there. */
async function said(session: Session, { container, line }: NonNullable<Prober['saysUp']>, signal: AbortSignal) {
  const { client, namespace, pod, uid, node } = session
  const began = Date.now()
  for (;;) {
    await sleep(pauseAfter(Date.now() - began), undefined, { signal })
    const log = await logOnDisk(client, { namespace, name: pod, uid, node }, container, signal)
    if (log !== null && line.test(log)) return
  }
}
