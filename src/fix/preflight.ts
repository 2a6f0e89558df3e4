import type { Client } from '../kube/client.ts'
import { RequestError, type Right } from '../kube/failures.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { restartsLone } from './lone-pod.ts'
import { applyChange, readObject, sameContent } from './objects.ts'
import type { Change, KubeObject, ObjectChange, Plan } from './plan.ts'
import { lacking, moved, type Trouble, troubleOf } from './refusals.ts'
import { rightsOfChange, rightsOfPlan, rightText } from './rights.ts'
import { dnsServerOf } from './settled-target.ts'

export type { Trouble }

/**
 * Asks the API server beforehand, for every change of the plan: may it be made, is the object still as it was seen, and would it be
 * accepted (a dry run, which passes through all admission). Changes nothing. Resolves with all troubles at once, rejects with a
 * RequestError when the server cannot be asked.
 */
export async function preflight(client: Client, plan: Plan, evidence: Evidence): Promise<readonly Trouble[]> {
  const dns = dnsServerOf(evidence)
  const rights = rightsOfPlan(plan, { dns, isLone: restartsLone(plan, evidence) })
  const missing = await missingRights(client, rights)
  const isMissing = (right: Right) => missing.some(lack => keyOf(lack) === keyOf(right))
  const judged = triable(plan.changes).filter(change => !rightsOfChange(change, dns).some(isMissing))
  const user = missing.length > 0 ? await userOf(client) : ''
  const troubles = await Promise.all(judged.map(change => tried(client, change, user)))
  return [...missing.map(right => lacking(right, user)), ...troubles.flat()]
}

/** The later of two changes to one object is for a state that is not there yet. */
const triable = (changes: readonly Change[]): readonly ObjectChange[] => {
  const objects = changes.filter(change => change.kind === 'object')
  return objects.filter((change, i) => objects.findIndex(({ path }) => path === change.path) === i)
}

const keyOf = rightText

/** Those of these rights that the user does not have, each once. Rejects with a RequestError. */
export async function missingRights(client: Client, rights: readonly Right[]): Promise<readonly Right[]> {
  const asked = [...new Map(rights.map(right => [keyOf(right), right])).values()]
  const allowed = await Promise.all(asked.map(right => isAllowed(client, right)))
  return asked.filter((_, i) => !allowed[i])
}

interface Review {
  readonly status?: { readonly allowed?: boolean }
}

/** Source: k8s.io/api/authorization/v1; every authenticated user may ask (ClusterRole system:basic-user). */
async function isAllowed(client: Client, resourceAttributes: Right): Promise<boolean> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const { status } = await client.post<Review>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
  return status?.allowed === true
}

interface SelfReview {
  readonly status?: { readonly userInfo?: { readonly username?: string } }
}

/** Who one is to the API server (authentication.k8s.io/v1, since 1.28); a placeholder where it does not tell. */
export async function userOf(client: Client): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const told = await client.post<SelfReview>(path, review).catch(error => {
    if (!(error instanceof RequestError)) throw error
    return undefined
  })
  return told?.status?.userInfo?.username ?? 'YOUR-NAME'
}

async function tried(client: Client, change: ObjectChange, user: string): Promise<readonly Trouble[]> {
  try {
    const live = await readObject(client, change.path)
    if (!isAsSeen(change.before, live)) return [moved(change, live)]
    await applyChange(client, change, { dryRun: true })
    return []
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return [troubleOf(error, change, user)]
  }
}

/** A status that moved, as that of a Deployment does all the time, is no other state. */
function isAsSeen(before: KubeObject | null, live: KubeObject | null): boolean {
  if (before?.metadata.uid !== live?.metadata.uid) return false
  return before?.metadata.resourceVersion === live?.metadata.resourceVersion || sameContent(before, live)
}
