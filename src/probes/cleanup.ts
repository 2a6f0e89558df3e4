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

/** No `--request-timeout` counts here: whoever is leaving wants to be gone. */
const limit = { fixedTimeoutMs: 3000 }

/** What is known of a Pod after a try to delete it: `absent` is not there and may still come. */
type Outcome = { readonly why: string | null; readonly isFinal: boolean }
const gone: Outcome = { why: null, isFinal: true }
const absent: Outcome = { why: null, isFinal: false }

/**
 * Deletes a probe Pod at once: it has nothing to finish, and a node that is down would never confirm.
 * Resolves with null when it is gone, else with why it could not be deleted. No signal: it runs after Ctrl-C too.
 */
export async function deletePod(client: Client, namespace: string, run: string, made: Made): Promise<string | null> {
  let outcome = await deleteOnce(client, namespace, run, made)
  for (const pause of pauses) {
    if (outcome.isFinal) break
    await sleep(pause)
    outcome = await deleteOnce(client, namespace, run, made)
  }
  return outcome.why
}

/** A Pod of which another has the name now is gone, too (409). */
async function deleteOnce(client: Client, namespace: string, run: string, made: Made): Promise<Outcome> {
  const path = podPath(namespace, made.name)
  try {
    const uid = made.uid ?? (await uidOfOurs(client, path, run))
    if (uid) await client.delete(path, { gracePeriodSeconds: 0, preconditions: { uid } }, limit)
    return gone
  } catch (error) {
    if (!(error instanceof RequestError)) return { why: (error as Error).message, isFinal: true }
    if (error.kind === 'not-found') return made.uid === undefined ? absent : gone
    return error.status === 409 ? gone : { why: error.message, isFinal: error.kind === 'forbidden' }
  }
}

/** Undefined for a Pod that has the name but not the label of the run: it is not ours. */
async function uidOfOurs(client: Client, path: string, run: string): Promise<string | undefined> {
  const pod = await client.get<Pod>(path, limit)
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
