import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../kube/client.ts'
import { deletePod, type Made } from './cleanup.ts'

export interface LeftPod {
  readonly name: string
  readonly why: string
}

/** The Pods of one round, as far as they have to be deleted again. */
export interface RoundPods {
  readonly client: Client
  readonly namespace: string
  readonly run: string
  /** Pods that are there or may be */
  readonly made: Map<string, Made>
  /** hears of Pods that could not be deleted */
  readonly left: (pods: readonly LeftPod[]) => void
}

/** Resolves with why a Pod is still there; null when it is gone or never was. */
export async function deleteMade({ client, namespace, run, made }: RoundPods, name: string): Promise<string | null> {
  const own = made.get(name)
  const why = own ? await deletePod(client, namespace, run, own) : null
  if (why === null) made.delete(name)
  return why
}

/** Less than `main.ts` waits before it ends the process: what is left must be told first. */
const cleanUpMs = 12_000

/** Deletes all that is there or may be, and tells what it could not. */
export async function deleteAll(pods: RoundPods): Promise<void> {
  const left = new Map([...pods.made.keys()].map(name => [name, 'the API server did not answer in time']))
  const removeOne = async (name: string) => {
    const why = await deleteMade(pods, name)
    if (why === null) left.delete(name)
    else left.set(name, why)
  }
  const all = Promise.all([...left.keys()].map(removeOne))
  await Promise.race([all, sleep(cleanUpMs, undefined, { ref: false })])
  if (left.size > 0) pods.left([...left].map(([name, why]) => ({ name, why })))
}
