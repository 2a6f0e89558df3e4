import type { Node } from '../../snapshot/objects.ts'

/** A Node with what its kubelet tells of its images: the largest 50, unless it was told otherwise (kubelet, nodeStatusMaxImages). */
export interface NodeWithImages extends Node {
  readonly status?: Node['status'] & {
    readonly images?: readonly { readonly names?: readonly string[]; readonly sizeBytes?: number }[]
  }
}

/** `registry.k8s.io/pause:3.10`, `docker.io/rancher/mirrored-pause:3.6` */
const pause = /(^|[/-])pause(-\w+)?:[^/@]+$/

/**
 * An image that is on the node already, so that nothing has to be pulled on a node whose DNS may be broken: the pause image, else the
 * DNS server's, else the smallest. What is in it does not matter. Null where nothing is known of any.
 */
export function imageOn(node: NodeWithImages, dnsImages: readonly string[]): string | null {
  const images = [...(node.status?.images ?? [])].sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))
  const names = images.flatMap(image => image.names ?? [])
  const tagged = names.filter(name => !name.includes('@'))
  return (
    tagged.find(name => pause.test(name)) ??
    dnsImages.find(name => names.includes(name)) ??
    dnsImages[0] ??
    tagged[0] ??
    null
  )
}
