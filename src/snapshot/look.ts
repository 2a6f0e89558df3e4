import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Gap, Input, Right } from './snapshot.ts'

/** One look at a cluster under way: where to ask, and what could not be seen so far. */
export interface Look {
  readonly client: Client
  readonly signal: AbortSignal
  readonly gaps: Gap[]
}

interface What {
  readonly input: Input
  readonly object?: string
  /** absence is an answer too, and leaves no gap */
  readonly mayBeAbsent?: true
}

/**
 * Asks for a piece of evidence. What is refused, absent, late or broken becomes a gap and `undefined`; an end from
 * outside is thrown on. That a cluster cannot be reached at all is for the first request to say, that of its version.
 */
export async function attempt<T>(look: Look, what: What, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind === 'aborted') throw error
    if (!(what.mayBeAbsent && error.kind === 'not-found')) look.gaps.push(gapOf(what, error))
    return undefined
  }
}

const whyOf: { readonly [kind in RequestError['kind']]?: Gap['why'] } = {
  forbidden: 'forbidden',
  'not-found': 'not-found',
  timeout: 'timeout',
}

/** A request that failed, as the gap that it leaves. */
export function gapOf(what: What, error: RequestError): Gap {
  const why = whyOf[error.kind] ?? 'failed'
  const { input, object } = what
  return {
    input,
    ...(object === undefined ? {} : { object }),
    why,
    detail: error.message,
    ...(error.right ? { right: rightOf(error.right) } : {}),
  }
}

function rightOf(right: NonNullable<RequestError['right']>): Right {
  const resource = right.subresource ? `${right.resource}/${right.subresource}` : right.resource
  const { verb, group, namespace } = right
  return namespace === undefined ? { verb, group, resource } : { verb, group, resource, namespace }
}

/** `list` of a collection in pages of 500, each pruned before the next is asked for. */
export async function listAll<T>(look: Look, path: string, keep: (item: unknown) => T): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined = ''
  while (next !== undefined) {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=500${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`
    const page: ListPage = await look.client.get<ListPage>(path + query, { signal: look.signal })
    for (const item of page.items ?? []) items.push(keep(item))
    next = page.metadata?.continue || undefined
  }
  return items
}

interface ListPage {
  readonly items?: readonly unknown[] | null
  readonly metadata?: { readonly continue?: string }
}
