import { isBefore } from '../../corefile/version.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'

/**
 * Whether the kube-dns of this cluster is older than `version`, by the tag of its image; null where it has none that is a
 * version, as in images of one's own.
 */
export function isKubeDnsBefore({ pods, workloads }: Pick<Evidence, 'pods' | 'workloads'>, version: string) {
  const specs = [...pods.map(p => p.spec), ...workloads.map(w => w.spec.template.spec)]
  const images = specs.flatMap(spec => spec.containers.flatMap(c => c.image ?? []))
  const tag = images.map(image => /k8s-dns-(?:kube-dns|dnsmasq)[^:@]*:v?(\d+\.\d+\.\d+)/.exec(image)?.[1]).find(Boolean)
  return isBefore(tag, version)
}
