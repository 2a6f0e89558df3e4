import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../src/fix/plan.ts'
import type { Client } from '../../src/kube/client.ts'
import { RequestError, type Right, rightOf } from '../../src/kube/failures.ts'
import { unused } from '../probes/api.ts'

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

export interface Script {
  readonly objects?: Readonly<Record<string, object>>
  /** runs before each request that is not about rights; the request fails with what it throws */
  readonly before?: (asked: Asked) => void | Promise<void>
  /** runs when the request has been done, before its answer: a connection that is lost */
  readonly after?: (asked: Asked) => void | Promise<void>
  readonly isAllowed?: (right: Right) => boolean
  /** what the server adds to an object that is written */
  readonly defaults?: (object: KubeObject) => object
  readonly now?: () => Date
}

export interface ObjectApi {
  readonly client: Client
  readonly asked: Asked[]
  /** what is there, by its path */
  readonly objects: Map<string, KubeObject>
  /** writes as somebody else would, over whatever is there */
  readonly put: (path: string, object: object) => void
}

/** An API server in memory: objects under a resource version, dry runs, labels, and reviews of rights. */
export function objectApi(script: Script = {}): ObjectApi {
  const asked: Asked[] = []
  const store = storeOf(script)
  const run = async <T>(one: Asked, done: () => unknown): Promise<T> => {
    asked.push(one)
    const answer = reviewed(one, script)
    if (answer) return answer as T
    await script.before?.(one)
    const result = structuredClone(done())
    await script.after?.(one)
    return result as T
  }
  const client: Client = {
    ...unused,
    requests: () => asked.length,
    get: path => run({ method: 'GET', path }, () => store.read(path)),
    post: (path, body) => run({ method: 'POST', path, body }, () => store.create(path, body as KubeObject)),
    put: (path, body) => run({ method: 'PUT', path, body }, () => store.replace(path, body as KubeObject)),
    delete: (path, body) => run({ method: 'DELETE', path, body }, () => store.remove(path, body as Options)),
  }
  return { client, asked, objects: store.objects, put: store.put }
}

interface Options {
  readonly dryRun?: readonly string[]
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

function storeOf({ objects: given = {}, defaults = () => ({}), now = () => new Date() }: Script) {
  const objects = new Map<string, KubeObject>()
  let version = 1
  const put = (path: string, object: object, isDry = false): KubeObject => {
    const { metadata, ...rest } = JSON.parse(JSON.stringify(object)) as KubeObject
    const old = objects.get(path)?.metadata
    const kept = {
      name: path.split('/').at(-1) ?? '',
      uid: old?.uid ?? randomUUID(),
      creationTimestamp: old?.creationTimestamp ?? now().toISOString(),
      resourceVersion: String(version + 1),
    }
    const whole = { ...rest, metadata: { ...metadata, ...kept } } as KubeObject
    const stored = { ...whole, ...defaults(whole) }
    if (!isDry) {
      version++
      objects.set(path, stored)
    }
    return stored
  }
  for (const [path, object] of Object.entries(given)) put(path, object)
  const there = (url: URL): KubeObject => objects.get(url.pathname) ?? fail(url, 'not-found', 'not found', 404)
  const assertState = (
    url: URL,
    { uid, resourceVersion }: KubeObject['metadata'] | { uid?: string; resourceVersion?: string },
  ) => {
    const { metadata } = there(url)
    const isOther = (uid && uid !== metadata.uid) || (resourceVersion && resourceVersion !== metadata.resourceVersion)
    if (isOther) fail(url, 'conflict', 'Operation cannot be fulfilled: the object has been modified', 409)
  }
  return {
    objects,
    put: (path: string, object: object): void => void put(path, object),
    read: (path: string): unknown => {
      const url = urlOf(path)
      return url.searchParams.has('labelSelector') ? { items: selected(objects, url) } : there(url)
    },
    create: (path: string, object: KubeObject): KubeObject => {
      const url = urlOf(path)
      const name = object.metadata.name ?? `${object.metadata.generateName}x7k2p`
      if (objects.has(`${url.pathname}/${name}`)) fail(url, 'conflict', `"${name}" already exists`, 409)
      return put(`${url.pathname}/${name}`, object, isDryRun(url))
    },
    replace: (path: string, object: KubeObject): KubeObject => {
      const url = urlOf(path)
      assertState(url, object.metadata)
      return put(url.pathname, object, isDryRun(url))
    },
    remove: (path: string, options: Options = {}): void => {
      const url = urlOf(path)
      assertState(url, options.preconditions ?? {})
      if (!options.dryRun) objects.delete(url.pathname)
    },
  }
}

const urlOf = (path: string): URL => new URL(path, 'https://fake')
const isDryRun = (url: URL): boolean => url.searchParams.get('dryRun') === 'All'

function fail(url: URL, kind: 'not-found' | 'conflict', message: string, status: number): never {
  throw new RequestError(kind, `${url.pathname}: ${message}`, { path: url.pathname, status })
}

function selected(objects: ReadonlyMap<string, KubeObject>, url: URL): readonly KubeObject[] {
  const wanted = (url.searchParams.get('labelSelector') ?? '').split(',').map(pair => pair.split('='))
  return [...objects]
    .filter(([path]) => path.startsWith(`${url.pathname}/`))
    .filter(([, { metadata }]) => wanted.every(([key = '', value]) => metadata.labels?.[key] === value))
    .map(([, object]) => object)
}

interface Review {
  readonly kind?: string
  readonly spec?: { readonly resourceAttributes: Right }
}

/** The answer to a question about one's own rights or name; undefined for any other request. */
function reviewed({ body }: Asked, { isAllowed = () => true }: Script): object | undefined {
  const { kind, spec } = (body ?? {}) as Review
  if (kind === 'SelfSubjectAccessReview' && spec) return { status: { allowed: isAllowed(spec.resourceAttributes) } }
  return kind === 'SelfSubjectReview' ? { status: { userInfo: { username: "o'neil" } } } : undefined
}

/** A refusal of the API server, as `kube/` hands it on. */
export function refusal({ method, path }: Asked, message: string, status = 403): RequestError {
  const kinds = { 403: 'forbidden', 409: 'conflict', 422: 'invalid' } as const
  const kind = kinds[status as keyof typeof kinds] ?? 'server'
  return new RequestError(kind, message, {
    path,
    status,
    right: status === 403 ? rightOf({ method, path }) : undefined,
  })
}

export const lost = ({ path }: Asked): RequestError =>
  new RequestError('unreachable', 'the connection was lost', { path })
