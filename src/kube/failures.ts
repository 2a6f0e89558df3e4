/** The permission that a refused request needed, as RBAC writes it. */
export type Right = {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

export type FailureKind =
  | 'forbidden'
  | 'unauthorized'
  | 'not-found'
  /** the object is not, or no longer, in the state that the request is for; or there is one of that name */
  | 'conflict'
  /** the object breaks a rule of its kind, or an admission policy's */
  | 'invalid'
  | 'timeout'
  | 'unreachable'
  | 'tls'
  | 'not-kubernetes'
  | 'server'
  | 'aborted'

type Details = {
  readonly path: string
  readonly status?: number | undefined
  readonly right?: Right | undefined
  readonly cause?: unknown
}

/** A request that did not bring what was asked for. The message never carries credentials. */
export class RequestError extends Error {
  readonly kind: FailureKind
  readonly path: string
  readonly status?: number
  readonly right?: Right

  constructor(kind: FailureKind, message: string, details: Details) {
    super(scrub(message), { cause: details.cause })
    this.name = 'RequestError'
    this.kind = kind
    this.path = details.path
    if (details.status !== undefined) this.status = details.status
    if (details.right !== undefined) this.right = details.right
  }
}

/** Takes tokens out of a text that came from elsewhere: bearer headers and JSON web tokens. */
export function scrub(text: string): string {
  return text.replace(/(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …').replace(/\beyJ[\w-]{8,}(\.[\w-]*){0,2}/g, '…')
}

/** What was asked, for `rightOf` and the words of an error. */
export type Asked = { readonly method: string; readonly path: string }
export type Reply = { readonly status: number; readonly type: string; readonly body: string }

/** Turns an answer above 299 (or 3xx) into an error. A Status object says most; a page of HTML is no API server. */
export function statusError(asked: Asked, reply: Reply): RequestError {
  const { status } = reply
  const told = statusMessage(reply.body)
  const html = told === undefined && /html/i.test(reply.type)
  const kind = html && status < 500 && !isProxied(asked.path) ? 'not-kubernetes' : kindOf(status)
  const message = told ?? firstLine(reply.body) ?? `HTTP status ${status}`
  const right = kind === 'forbidden' ? missingRight(asked, message) : undefined
  return new RequestError(kind, message, { path: asked.path, status, right })
}

function kindOf(status: number): FailureKind {
  if (status < 400) return 'not-kubernetes'
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 422) return 'invalid'
  return status === 408 || status === 504 ? 'timeout' : 'server'
}

/** What a Pod, a Service or a kubelet said, passed on by the API server. */
export function isProxied(path: string): boolean {
  return /\/proxy(\/|\?|$)/.test(path)
}

function statusMessage(body: string): string | undefined {
  try {
    const status = JSON.parse(body) as { kind?: unknown; message?: unknown } | null
    return status?.kind === 'Status' && typeof status.message === 'string' ? status.message : undefined
  } catch {
    return undefined
  }
}

function firstLine(body: string): string | undefined {
  const line = body
    .replace(/<[^>]*>/g, ' ')
    .trim()
    .split('\n')[0]
    ?.trim()
  return line ? line.slice(0, 300) : undefined
}

/** The right that a request needs; the server's own words win where they name the verb. */
function missingRight(asked: Asked, message: string): Right {
  const right = rightOf(asked)
  const verb = / cannot (\w+) (?:resource|path) /.exec(message)?.[1]
  return verb ? { ...right, verb } : right
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/**
 * The RBAC right that a request needs, read off its path (k8s.io/apiserver, request.RequestInfoFactory).
 * Exec and port-forward count as `create`, the verb that RBAC documents for them.
 */
export function rightOf({ method, path }: Asked): Right {
  const [bare = '', query = ''] = path.split('?')
  const [root, ...parts] = bare.split('/').filter(Boolean).map(decodeURIComponent)
  const group = root === 'apis' ? (parts.shift() ?? '') : ''
  const [, ...rest] = parts
  if (!/^apis?$/.test(root ?? '') || rest.length === 0) return { verb: method.toLowerCase(), group: '', resource: bare }
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest[1] : undefined
  const [resource = '', name, subresource] = namespace ? rest.slice(2) : rest
  const verb = /^(exec|portforward)$/.test(subresource ?? '') ? 'create' : (verbs[method] ?? reading(name, query))
  const known = Object.entries({ subresource, namespace, name }).filter(([, value]) => value)
  return { verb, group, resource, ...Object.fromEntries(known) }
}

function reading(name: string | undefined, query: string): string {
  if (name) return 'get'
  return /(^|&)watch=(1|true)/.test(query) ? 'watch' : 'list'
}
