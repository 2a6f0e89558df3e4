import type { Node } from './objects.ts'

/** Up to here every kubelet is asked. */
export const sampleLimit = 50

/** Labels that tell machines of one kind from others, on the platforms that have node groups. */
const groupLabels = [
  'node.kubernetes.io/instance-type',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
  'cloud.google.com/gke-nodepool',
  'kops.k8s.io/instancegroup',
  'node-role.kubernetes.io/control-plane',
]

/** What nodes of one class share: system image, kubelet version, node group. */
export function classOf(node: Node): string {
  const info = node.status?.nodeInfo
  const group = groupLabels.map(label => node.metadata.labels?.[label] ?? '')
  return [info?.osImage ?? '', info?.kubeletVersion ?? '', ...group].join('|')
}

/**
 * The nodes whose kubelet is asked: all of them up to `sampleLimit`, else `sampleLimit` shared out over the classes,
 * at least one of each class. Nodes that run Windows are left out: their resolver has no resolv.conf. So are nodes that
 * are not Ready: they have no kubelet that could answer, and their condition says so.
 */
export function sampleNodes(nodes: readonly Node[], limit = sampleLimit): readonly Node[] {
  const able = nodes.filter(n => n.status?.nodeInfo?.operatingSystem !== 'windows' && !isDown(n))
  if (able.length <= limit) return able
  const classes = [...Map.groupBy(able, classOf).values()]
  const share = Math.max(1, Math.floor(limit / classes.length))
  return classes.flatMap(members => members.slice(0, share))
}

const isDown = (node: Node): boolean =>
  node.status?.conditions?.some(c => c.type === 'Ready' && c.status !== 'True') === true
