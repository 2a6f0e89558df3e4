import type { Meta } from '../snapshot/objects.ts'
import type { Observation, Probe } from '../snapshot/observations.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import type { Made } from './cleanup.ts'
import { createPod, isRefused } from './create.ts'
import { podManifest } from './pod.ts'
import type { RoundOptions, Task } from './round.ts'
import type { Starts } from './starts.ts'
import { isUp } from './up.ts'

/** A round under way. */
export interface Work extends RoundOptions {
  readonly starts: Starts
  /** Pods that are there or may be */
  readonly made: Map<string, Made>
  serverTime: string | undefined
}

/** What came of one task. */
export interface Done {
  readonly probe?: Probe
  readonly observations: readonly Observation[]
  readonly gap?: Gap
}

/** A probe Pod outlives the run that made it by as little as a slow clean-up takes. */
export const deadlineSeconds = (timeoutMs: number): number => Math.ceil(timeoutMs / 1000) + 30

/** Makes a Pod, waits for it and asks through it. Rejects with a RequestError, with NotStarted, with the signal's reason. */
export async function probe(work: Work, { node, from, asks }: Task, name: string): Promise<Done> {
  const { client, namespace, run, prober, firstPort, signal, timeoutMs, starts } = work
  const frame = { name, run, node, from, deadlineSeconds: deadlineSeconds(timeoutMs) }
  const { uid } = await make(work, name, podManifest(frame, prober.parts(asks, firstPort)))
  const session = { client, namespace, pod: name, uid, node, from, firstPort, signal }
  // An image that has to be pulled may take most of the time that there is.
  await isUp(starts, session, prober, Math.min(60_000, timeoutMs * 0.75))
  const observations = await prober.ask(session, asks).catch(error => {
    // One that has ended says itself why it cannot be talked to.
    starts.assertStanding(name)
    throw error
  })
  return { probe: { node, from, namespace, pod: name, prober: prober.kind }, observations }
}

async function make(work: Work, name: string, manifest: object): Promise<Meta> {
  work.signal.throwIfAborted()
  work.starts.assertFollowing()
  work.made.set(name, { name, uid: undefined })
  const { metadata } = await createPod(work.client, work.namespace, manifest).catch(error => {
    if (isRefused(error)) work.made.delete(name)
    throw error
  })
  work.made.set(name, { name, uid: metadata.uid })
  work.serverTime ??= metadata.creationTimestamp
  return metadata
}
