import { attempt, type Look } from '../snapshot/look.ts'
import type { EndpointSlice, Service } from '../snapshot/objects.ts'
import type { Headless } from './questions.ts'

interface List<T> {
  readonly items: readonly T[]
}

/** Enough to find one that has endpoints, without reading a large cluster's whole list. */
const looked = 20

/** More would not fit into one answer over UDP, which then would be asked for over TCP. */
const mostAddresses = 10

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
  const all = await Promise.all(
    oldest.map(({ metadata }) => withAddresses(look, metadata.namespace ?? '', metadata.name)),
  )
  return all.find(({ addresses }) => addresses.length > 0 && addresses.length <= mostAddresses)
}

const created = ({ metadata }: Service): string => metadata.creationTimestamp ?? ''

/** Whether its endpoints are the same still: only then were the answers held against the truth. */
export async function isUnchanged(look: Look, { namespace, name, addresses }: Headless): Promise<boolean> {
  const again = await withAddresses(look, namespace, name)
  return again.addresses.toSorted().join() === addresses.toSorted().join()
}

async function withAddresses({ client, signal, gaps }: Look, namespace: string, name: string): Promise<Headless> {
  const label = encodeURIComponent(`kubernetes.io/service-name=${name}`)
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${label}`
  const what = { input: 'questions', object: `headless Service ${namespace}/${name}` } as const
  const get = () => client.get<List<EndpointSlice>>(path, { signal })
  const list = await attempt({ client, signal, gaps }, what, get)
  const ready = (list?.items ?? []).flatMap(s => s.endpoints ?? []).filter(e => e.conditions?.ready !== false)
  return { namespace, name, addresses: ready.flatMap(e => e.addresses ?? []) }
}
