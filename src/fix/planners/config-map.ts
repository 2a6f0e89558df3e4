import type { ConfigMap } from '../../snapshot/objects.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import type { KubeObject } from '../plan.ts'

/** Where a ConfigMap stands in the API. */
export const configMapPath = (namespace: string, name: string): string =>
  `/api/v1/namespaces/${namespace}/configmaps/${name}`

/** `kube-system/coredns` → its path. */
export function pathOfRef(ref: string): string {
  const [namespace = '', name = ''] = ref.split('/')
  return configMapPath(namespace, name)
}

/** The texts of a ConfigMap by their keys; none where there is no ConfigMap. */
export const dataOf = (map: KubeObject | undefined): Readonly<Record<string, string>> =>
  (map?.data ?? {}) as Readonly<Record<string, string>>

/** The ConfigMap with these texts in the place of its own, everything else as it was. */
export const withData = (map: KubeObject, texts: Readonly<Record<string, string>>): KubeObject => ({
  ...map,
  data: { ...dataOf(map), ...texts },
})

/** A ConfigMap that is not there yet. */
export const newConfigMap = (namespace: string, name: string, data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})

/** The evidence as it will be when this ConfigMap is written. */
export function withConfigMap(evidence: Evidence, map: KubeObject): Evidence {
  const { name, namespace } = map.metadata
  const others = evidence.configMaps.filter(c => c.metadata.name !== name || c.metadata.namespace !== namespace)
  return { ...evidence, configMaps: [...others, map as unknown as ConfigMap] }
}
