import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Pod } from '../snapshot/objects.ts'
import { probeLabels, runLabel } from './pod.ts'

const podPath = (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/pods/${name}`

/** A Pod that is or may be ours to delete. Without the UID it is not known whether the request that made it succeeded. */
export interface Made {
  readonly name: string
  readonly uid: string | undefined
}

/** Tries three times, because whoever is leaving has no second chance. */
const pauses = [300, 1000]

/**
 * Deletes a probe Pod at once: it has nothing to finish, and a node that is down would never confirm.
 * Resolves with null when it is gone, else with why it could not be deleted. No signal: it runs after Ctrl-C too.
 */
export async function deletePod(client: Client, namespace: string, run: string, made: Made): Promise<string | null> {
  const failures = [await deleteOnce(client, namespace, run, made)]
  for (const pause of pauses) {
    const last = failures.at(-1)
    if (!last || last.kind === 'forbidden') break
    await sleep(pause)
    failures.push(await deleteOnce(client, namespace, run, made))
  }
  return failures.at(-1)?.message ?? null
}

/** Resolves with why it failed; with null also for a Pod that is gone already, or of which another has the name now (409). */
async function deleteOnce(client: Client, namespace: string, run: string, made: Made): Promise<RequestError | null> {
  try {
    const uid = made.uid ?? (await uidOfOurs(client, namespace, run, made.name))
    if (uid) await client.delete(podPath(namespace, made.name), { gracePeriodSeconds: 0, preconditions: { uid } })
    return null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return error.kind === 'not-found' || error.status === 409 ? null : error
  }
}

/** Undefined for a Pod that has the name but not the label of the run: it is not ours. */
async function uidOfOurs(client: Client, namespace: string, run: string, name: string): Promise<string | undefined> {
  const pod = await client.get<Pod>(podPath(namespace, name))
  return pod.metadata.labels?.[runLabel] === run ? pod.metadata.uid : undefined
}

/**
 * Deletes what earlier runs left that were killed: probe Pods past their own deadline. Those of a run that may still be going are
 * left alone. `now` is the API server's clock, which their ages are counted by. Resolves with how many there were.
 */
export async function deleteLeftovers(client: Client, namespace: string, run: string, now: Date): Promise<number> {
  const selector = Object.entries(probeLabels).map(([key, value]) => `${key}=${value}`)
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector.join(','))}`
  const { items } = await client.get<{ readonly items: readonly Pod[] }>(path)
  const old = items.filter(pod => pod.metadata.labels?.[runLabel] !== run && isOver(pod, now))
  const failures = await Promise.all(
    old.map(({ metadata }) => deletePod(client, namespace, run, { name: metadata.name, uid: metadata.uid })),
  )
  return failures.filter(why => why === null).length
}

function isOver({ metadata, spec, status }: Pod, now: Date): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true
  const deadline = spec.activeDeadlineSeconds
  const age = now.getTime() - Date.parse(metadata.creationTimestamp ?? '')
  return deadline !== undefined && age > deadline * 1000
}
