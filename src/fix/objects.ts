import { isDeepStrictEqual } from 'node:util'
import type { Client } from '../kube/client.ts'
import { type FailureKind, RequestError } from '../kube/failures.ts'
import type { KubeObject, ObjectChange } from './plan.ts'

/** Who wrote a field, as `kubectl get --show-managed-fields` shows it. */
export const fieldManager = 'kubectl-dnsfix'

export interface WriteOptions {
  /** the server judges it as a real write, and stores nothing */
  readonly dryRun?: boolean
}

/** The path for a POST or a PUT that is ours. A DELETE takes its options from its body. */
export function written(path: string, { dryRun = false }: WriteOptions = {}): string {
  const query = new URLSearchParams({ fieldManager, ...(dryRun ? { dryRun: 'All' } : {}) })
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** The collection that an object of this path is created in. */
export const collectionOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** The object of a path as it is now; null where there is none. Rejects with a RequestError. */
export async function readObject(client: Client, path: string): Promise<KubeObject | null> {
  try {
    return await client.get<KubeObject>(path)
  } catch (error) {
    if (error instanceof RequestError && error.kind === 'not-found') return null
    throw error
  }
}

/**
 * Makes one change: creates, replaces or deletes, and only on the very object that the change was planned for. May be asked again
 * after an answer that was lost: what has been done is not done twice. Resolves with what the server stored, null after a deletion.
 * Rejects with a RequestError: `conflict` when somebody else was there first. A status that moved, as those of workloads do all the
 * time, is no conflict.
 */
export async function applyChange(
  client: Client,
  change: ObjectChange,
  options: WriteOptions = {},
): Promise<KubeObject | null> {
  try {
    return await write(client, change, options)
  } catch (error) {
    if (!isOtherState(error)) throw error
    const live = await readObject(client, change.path)
    if (await isImageOf(client, change.path, change.after, live)) return live
    if (!isOnlyLater(live, change.before)) throw error
    return applyChange(client, { ...change, before: live }, options)
  }
}

export const isConflict = (error: unknown): boolean => error instanceof RequestError && error.kind === 'conflict'

/** The object is in another state, or there is none. */
export const isOtherState = (error: unknown): boolean =>
  error instanceof RequestError && (error.kind === 'conflict' || error.kind === 'not-found')

const isOnlyLater = (live: KubeObject | null, before: KubeObject | null): boolean =>
  live?.metadata.uid === before?.metadata.uid &&
  live?.metadata.resourceVersion !== before?.metadata.resourceVersion &&
  sameContent(live, before)

/** Whether `live` is what the server made of an image: by its text, or because writing that once more would change nothing. */
export async function isImageOf(
  client: Client,
  path: string,
  image: KubeObject | null,
  live: KubeObject | null,
): Promise<boolean> {
  if (live === null || image === null) return live === image
  if (sameContent(live, image)) return true
  try {
    // The server fills in what was left out, as a Service's addresses: only it can tell.
    return sameContent(await client.put<KubeObject>(written(path, { dryRun: true }), over(live, image)), live)
  } catch (error) {
    // An object that is another by now is not ours; who could not ask does not know.
    // 400 is a webhook that knows no dry run.
    if (error instanceof RequestError && (refusals.includes(error.kind) || error.status === 400)) return false
    throw error
  }
}

async function write(client: Client, { path, before, after }: ObjectChange, options: WriteOptions) {
  if (before === null) {
    if (after === null) throw new Error(`the change of ${path} changes nothing`)
    return client.post<KubeObject>(written(collectionOf(path), options), cleaned(after))
  }
  const { uid, resourceVersion } = before.metadata
  // Without it the API server would overwrite whatever is there.
  if (!uid || !resourceVersion) throw new Error(`the change of ${path} does not say which state it is for`)
  if (after !== null) {
    return client.put<KubeObject>(written(path, options), over(before, after))
  }
  // A DELETE that has a body has all its options there; those of the query are not read (k8s.io/apiserver, handlers/delete.go).
  const dryRun = options.dryRun ? { dryRun: ['All'] } : {}
  await client.delete(path, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid, resourceVersion },
    ...dryRun,
  })
  return null
}

const refusals: readonly FailureKind[] = ['conflict', 'invalid', 'not-found']

/** The body that makes `after` of the very state `before`, whose status is not ours to change. */
function over(before: KubeObject, after: KubeObject): object {
  const { uid, resourceVersion } = before.metadata
  const status = 'status' in before ? { status: before.status } : {}
  return { ...after, ...status, metadata: { ...after.metadata, uid, resourceVersion } }
}

/** What the API server keeps by itself, beside `status`. */
const kept = ['managedFields', 'creationTimestamp', 'uid', 'resourceVersion', 'generation', 'selfLink']

/** Counted by the Deployment controller (k8s.io/kubernetes, pkg/controller/deployment/util: RevisionAnnotation). */
const counter = 'deployment.kubernetes.io/revision'

/** An object without what the server and its controllers keep: what counts when two states are compared, or one is kept. */
export function cleaned({ status: _, ...object }: KubeObject): KubeObject {
  const metadata = { ...without(object.metadata, kept), name: object.metadata.name }
  const { annotations } = object.metadata
  if (annotations?.[counter] === undefined) return { ...object, metadata }
  return { ...object, metadata: { ...metadata, annotations: without(annotations, [counter]) } }
}

const without = <T extends object>(fields: T, names: readonly string[]): T =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as T

/** Whether two states of an object say the same; null is that there is none. */
export function sameContent(a: KubeObject | null, b: KubeObject | null): boolean {
  return isDeepStrictEqual(a && plain(cleaned(a)), b && plain(cleaned(b)))
}

/** As it goes over the wire, where a field that is undefined is none; empty labels and annotations are dropped by the server. */
function plain(object: KubeObject): unknown {
  const { labels, annotations, ...metadata } = object.metadata
  const filled = Object.fromEntries(
    Object.entries({ labels, annotations }).filter(([, value]) => value && Object.keys(value).length > 0),
  )
  return JSON.parse(JSON.stringify({ ...object, metadata: { ...metadata, ...filled } }))
}
