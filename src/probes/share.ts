import type { Pod } from '../snapshot/objects.ts'

/**
 * The DNS Pods that each node asks: all of them, or where they are more than `most`, those of its own and a part of the others that
 * is another on every node, so that together the nodes ask as many as they can.
 */
export function shared(servers: readonly Pod[], nodes: readonly string[], most: number): readonly (readonly Pod[])[] {
  if (servers.length <= most) return nodes.map(() => servers)
  const step = Math.ceil(servers.length / nodes.length)
  return nodes.map((node, i) => {
    const turned = [...servers.slice(i * step), ...servers.slice(0, i * step)]
    // What no other node asks comes first, what is near next.
    const part = new Set([...turned.slice(0, step), ...servers.filter(p => p.spec.nodeName === node), ...turned])
    return [...part].slice(0, most)
  })
}
