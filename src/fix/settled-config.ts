import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import type { ConfigMap, Pod } from '../snapshot/objects.ts'
import { runningHashes } from './loaded-hash.ts'

/** The hashes of the Corefile that is in the cluster now, for this Pod; undefined where they cannot be known. */
export async function presentHashes(client: Client, pod: Pod, signal: AbortSignal) {
  const configMaps = await mountedMaps(client, pod, signal)
  const { corefile } = mountedCorefile({ pods: [pod], workloads: [], configMaps }) ?? {}
  return corefile && runningHashes(corefile)
}

/** The data of the ConfigMap that dnsmasq's nanny reads; none when there is no ConfigMap. */
export async function presentData(client: Client, pod: Pod, signal: AbortSignal) {
  const mounts = pod.spec.containers.find(c => c.name === 'dnsmasq')?.volumeMounts ?? []
  const volumes = pod.spec.volumes?.filter(v => mounts.some(m => m.name === v.name)) ?? []
  const [map] = await mountedMaps(client, { ...pod, spec: { ...pod.spec, volumes } }, signal)
  return map?.data ?? {}
}

async function mountedMaps(client: Client, pod: Pod, signal: AbortSignal): Promise<readonly ConfigMap[]> {
  const names = new Set(pod.spec.volumes?.flatMap(v => v.configMap?.name ?? []) ?? [])
  names.delete('kube-root-ca.crt')
  const { namespace } = pod.metadata
  const get = (name: string) => client.get<ConfigMap>(`/api/v1/namespaces/${namespace}/configmaps/${name}`, { signal })
  const found = await Promise.all([...names].map(name => get(name).catch(unlessAbsent)))
  return found.flatMap(map => map ?? [])
}

function unlessAbsent(error: unknown): undefined {
  if (!(error instanceof RequestError && error.kind === 'not-found')) throw error
}
