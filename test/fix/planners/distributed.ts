import type { ConfigMap, PodSpec } from '../../../src/snapshot/objects.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy } from '../../clusters.ts'
import { withCorefile } from '../../criteria/graded.ts'

/** The healthy cluster as a distribution would have it, which is known by the version or by labels of its nodes. */
export function distributed(
  gitVersion: string,
  corefile: string,
  labels = {},
  metadata: Partial<ConfigMap['metadata']> = {},
): Evidence {
  const evidence = withCorefile(healthy, corefile, metadata)
  return {
    ...evidence,
    configMaps: evidence.configMaps.filter(c => c.metadata.name === 'coredns'),
    version: [{ gitVersion }],
    nodes: evidence.nodes.map(n => ({ ...n, metadata: { ...n.metadata, labels } })),
    pods: evidence.pods.map(p => ({ ...p, spec: custom(p.spec) })),
    workloads: [],
  }
}

/** With the folder that the Corefile imports from. */
const custom = (spec: PodSpec): PodSpec => ({
  ...spec,
  containers: spec.containers.map(c => ({
    ...c,
    volumeMounts: [...(c.volumeMounts ?? []), { name: 'custom', mountPath: '/etc/coredns/custom' }],
  })),
  volumes: [...(spec.volumes ?? []), { name: 'custom', configMap: { name: 'coredns-custom' } }],
})
