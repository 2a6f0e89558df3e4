import type { Client } from '../../kube/client.ts'
import type { Meta } from '../../snapshot/objects.ts'

interface Event {
  readonly type?: string
  readonly message?: string
  readonly lastTimestamp?: string | null
}

/**
 * What the kubelet last complained of about a Pod, for which the Pod itself has only `ContainerCreating`: a resolv.conf or a folder of
 * the node that is missing. Null where there is no complaint, or no right to see it.
 */
export async function lastComplaint(client: Client, namespace: string, { name, uid }: Meta): Promise<string | null> {
  // Another Pod may have had the name.
  const own = uid === undefined ? '' : `,involvedObject.uid=${uid}`
  const selector = encodeURIComponent(`involvedObject.name=${name}${own},type=Warning`)
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`
  const { items } = await client.get<{ items: readonly Event[] }>(path).catch(() => ({ items: [] }))
  const latest = [...items].sort((a, b) => (a.lastTimestamp ?? '').localeCompare(b.lastTimestamp ?? '')).at(-1)
  return latest?.message ?? null
}
