import { randomUUID } from 'node:crypto'
import type { Client, WatchEvent } from '../../src/kube/client.ts'
import { RequestError, rightOf } from '../../src/kube/failures.ts'
import type { Pod } from '../../src/snapshot/objects.ts'

export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'WATCH'
  readonly path: string
  readonly body?: unknown
}

export interface Script {
  /** runs before each request; the request fails with what it throws */
  readonly before?: (asked: Asked) => void | Promise<void>
  /** what becomes of a Pod that was created; it runs where nothing is said */
  readonly status?: (pod: Pod) => Status
  readonly pods?: readonly Pod[]
}

/** The Pods of an API server in memory: one namespace, whose watches hear of every change. */
export interface PodApi {
  readonly client: Client
  readonly asked: readonly Asked[]
  /** the Pods that are there */
  readonly pods: ReadonlyMap<string, Pod>
  /** the most that were there at once */
  readonly most: () => number
  /** as somebody else would change a Pod, or delete it */
  readonly change: (name: string, status: Status) => void
  readonly remove: (name: string) => void
}

type Event = WatchEvent<Pod>
type Listener = (event: Event) => void
type Status = NonNullable<Pod['status']>

export const created = '2026-11-22T13:20:00Z'
export const running: Status = {
  phase: 'Running',
  containerStatuses: [{ name: 'relay', ready: true, restartCount: 0, state: { running: {} } }],
}

export function podApi({ before = () => undefined, status = () => running, pods = [] }: Script = {}): PodApi {
  const asked: Asked[] = []
  const store = storeOf(pods)
  const note = async (one: Asked): Promise<void> => {
    asked.push(one)
    await before(one)
  }
  const client: Client = {
    ...unused,
    requests: () => asked.length,
    get: async <T>(path: string) => {
      await note({ method: 'GET', path })
      return (path.includes('?') ? { items: [...store.pods.values()] } : found(store.pods, path)) as T
    },
    post: async <T>(path: string, body: unknown) => {
      await note({ method: 'POST', path, body })
      const { metadata, spec } = body as Pod
      const made = { metadata: { ...metadata, uid: randomUUID(), creationTimestamp: created }, spec }
      store.put('ADDED', { ...made, status: status(made) })
      return made as T
    },
    delete: async (path, body) => {
      await note({ method: 'DELETE', path, body })
      store.remove(found(store.pods, path, body).metadata.name)
    },
    watch: async <T>(path: string, onEvent: (event: WatchEvent<T>) => void, signal: AbortSignal) => {
      await note({ method: 'WATCH', path })
      await store.follow(onEvent as unknown as Listener, signal)
    },
  }
  const change = (name: string, now: Status) => store.put('MODIFIED', { ...found(store.pods, `/${name}`), status: now })
  return { client, asked, pods: store.pods, most: store.most, change, remove: store.remove }
}

function storeOf(there: readonly Pod[]) {
  const pods = new Map(there.map(pod => [pod.metadata.name, pod]))
  const listeners = new Set<Listener>()
  let most = 0
  const tell: Listener = event => {
    for (const listener of listeners) listener(event)
  }
  return {
    pods,
    most: () => most,
    put: (type: Event['type'], pod: Pod): void => {
      pods.set(pod.metadata.name, pod)
      most = Math.max(most, pods.size)
      tell({ type, object: pod })
    },
    remove: (name: string): void => {
      const object = pods.get(name)
      if (pods.delete(name) && object) tell({ type: 'DELETED', object })
    },
    follow: async (listener: Listener, signal: AbortSignal): Promise<void> => {
      for (const object of pods.values()) listener({ type: 'ADDED', object })
      listeners.add(listener)
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
      listeners.delete(listener)
    },
  }
}

/** The Pod of a path; fails as an API server does where it is not there, or is another one than the precondition says. */
function found(pods: ReadonlyMap<string, Pod>, path: string, options?: unknown): Pod {
  const pod = pods.get(path.split('/').at(-1) ?? '')
  if (!pod) throw new RequestError('not-found', 'pods not found', { path, status: 404 })
  const uid = (options as { preconditions?: { uid?: string } } | undefined)?.preconditions?.uid
  if (uid !== undefined && uid !== pod.metadata.uid)
    throw new RequestError('server', 'Precondition failed: UID in precondition', { path, status: 409 })
  return pod
}

const no = async (): Promise<never> => {
  throw new Error('no test asks for this')
}

export const unused: Client = {
  server: 'https://10.0.0.1:6443',
  context: 'fake',
  namespace: 'default',
  requests: () => 0,
  get: no,
  text: no,
  post: no,
  put: no,
  delete: no,
  watch: no,
  forward: no,
  forwards: no,
  exec: no,
  close: () => undefined,
}

/** A refusal of the API server, as `kube/` hands it on. */
export function refusal(asked: Pick<Asked, 'method' | 'path'>, message: string, status = 403): RequestError {
  const kind = status === 403 ? 'forbidden' : 'server'
  const right = status === 403 ? rightOf(asked) : undefined
  return new RequestError(kind, message, { path: asked.path, status, right })
}
