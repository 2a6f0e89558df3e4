import type { KubeObject } from '../../src/fix/plan.ts'
import type { Client } from '../../src/kube/client.ts'
import { RequestError, type Right, rightOf } from '../../src/kube/failures.ts'
import { unused } from '../probes/api.ts'
import { type Options, storeOf } from './store.ts'

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
  return { client, asked, objects: store.objects, put: (path, object) => void store.put(path, object) }
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
