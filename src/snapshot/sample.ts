import { classOf, isDown, runsWindows } from './node.ts'
import type { Node } from './objects.ts'

/** Up to here every kubelet is asked. */
export const sampleLimit = 50

/**
 * The nodes whose kubelet is asked: all of them up to `sampleLimit`, else `sampleLimit` shared out over the classes,
 * at least one of each class. Nodes that run Windows are left out: their resolver has no resolv.conf. So are nodes that
 * are not Ready: they have no kubelet that could answer, and their condition says so.
 */
export function sampleNodes(nodes: readonly Node[], limit = sampleLimit): readonly Node[] {
  const able = nodes.filter(n => !runsWindows(n) && !isDown(n))
  if (able.length <= limit) return able
  const classes = [...Map.groupBy(able, classOf).values()]
  const share = Math.max(1, Math.floor(limit / classes.length))
  return classes.flatMap(members => members.slice(0, share))
}
