import { setTimeout as sleep } from 'node:timers/promises'
import type { Meta } from '../snapshot/objects.ts'
import type { Observation, Probe } from '../snapshot/observations.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import { deletePod, type Made } from './cleanup.ts'
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

/** Resolves with why a Pod is still there; null when it is gone or never was. */
export async function remove({ client, namespace, run, made }: Work, name: string): Promise<string | null> {
  const own = made.get(name)
  const why = own ? await deletePod(client, namespace, run, own) : null
  if (why === null) made.delete(name)
  return why
}

/** Less than `main.ts` waits before it ends the process: what is left must be told first. */
const cleanUpMs = 12_000

/** Deletes what is left of a round, and tells of what could not be. */
export async function cleanUp(work: Work): Promise<void> {
  const left = new Map([...work.made.keys()].map(name => [name, 'the API server did not answer in time']))
  const removeOne = async (name: string) => {
    const why = await remove(work, name)
    if (why === null) left.delete(name)
    else left.set(name, why)
  }
  const all = Promise.all([...left.keys()].map(removeOne))
  await Promise.race([all, sleep(cleanUpMs, undefined, { ref: false })])
  if (left.size > 0) work.left([...left].map(([name, why]) => ({ name, why })))
}
