import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../kube/failures.ts'
import type { Session } from './prober.ts'

/** A program takes a moment from its container's start to its sockets; until then the Pod refuses. */
const startUp = { tries: 30, ms: 100 }

/**
 * Opens a port of the probe Pod and uses it. `use` resolves with null when nothing listens there yet; then it gets a new stream.
 * Rejects with a RequestError when the Pod cannot be talked to or the port does not come up.
 */
export async function onPort<T>(
  session: Session,
  port: number,
  use: (stream: Duplex) => Promise<T | null>,
): Promise<T> {
  for (let tries = 0; tries < startUp.tries; tries++) {
    if (tries > 0) await sleep(startUp.ms, undefined, { signal: session.signal })
    const used = await once(session, port, use)
    if (used !== null) return used
  }
  throw lost(session, `nothing listens at its port ${port}`)
}

async function once<T>({ client, namespace, pod, signal }: Session, port: number, use: (stream: Duplex) => Promise<T>) {
  const stream = await client.forward(namespace, pod, port, signal)
  try {
    return await use(stream)
  } finally {
    stream.destroy()
    signal.throwIfAborted()
  }
}

/** The error of a probe Pod that was reached and then was not. */
export function lost({ namespace, pod }: Session, why: string): RequestError {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`
  return new RequestError('server', `the probe Pod ${pod} could not be talked to: ${why}`, { path })
}
