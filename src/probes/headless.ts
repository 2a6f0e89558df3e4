import { attempt, type Look } from '../snapshot/look.ts'
import type { EndpointSlice, Service } from '../snapshot/objects.ts'
import type { Headless } from './questions.ts'

interface List<T> {
  readonly items: readonly T[]
}

/** Enough to find one that has endpoints, without reading a large cluster's whole list. */
const looked = 20

/**
 * A headless Service with ready endpoints, the oldest of those that are looked at: its endpoints are the least likely to change
 * meanwhile. Undefined where there is none, or where none may be seen.
 */
export async function findHeadless(look: Look): Promise<Headless | undefined> {
  const { client, signal } = look
  const path = `/api/v1/services?fieldSelector=${encodeURIComponent('spec.clusterIP=None')}&limit=${looked}`
  const what = { input: 'questions', object: 'headless Services' } as const
  const list = await attempt(look, what, () => client.get<List<Service>>(path, { signal }))
  const oldest = (list?.items ?? []).toSorted((a, b) => (created(a) < created(b) ? -1 : 1)).slice(0, 5)
  const all = await Promise.all(oldest.map(service => withAddresses(look, service)))
  return all.find(each => each !== undefined && each.addresses.length > 0)
}

const created = ({ metadata }: Service): string => metadata.creationTimestamp ?? ''

async function withAddresses({ client, signal, gaps }: Look, { metadata }: Service): Promise<Headless | undefined> {
  const { namespace = '', name } = metadata
  const label = encodeURIComponent(`kubernetes.io/service-name=${name}`)
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${label}`
  const what = { input: 'questions', object: `headless Service ${namespace}/${name}` } as const
  const get = () => client.get<List<EndpointSlice>>(path, { signal })
  const list = await attempt({ client, signal, gaps }, what, get)
  const ready = (list?.items ?? []).flatMap(s => s.endpoints ?? []).filter(e => e.conditions?.ready !== false)
  return { namespace, name, addresses: ready.flatMap(e => e.addresses ?? []) }
}
