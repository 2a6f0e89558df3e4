import type { Node } from './objects.ts'

/** Labels that tell machines of one kind from others, on the platforms that have node groups. */
const groupLabels = [
  'node.kubernetes.io/instance-type',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
  'cloud.google.com/gke-nodepool',
  'karpenter.sh/nodepool',
  'kops.k8s.io/instancegroup',
]

/** The role is in the key; the value is mostly empty. */
const rolePrefix = 'node-role.kubernetes.io/'

/** What nodes of one class share, part by part: system image, architecture, versions, node group, roles. */
export function classParts(node: Node): readonly string[] {
  const info = node.status?.nodeInfo
  const labels = node.metadata.labels ?? {}
  const roles = Object.keys(labels).filter(key => key.startsWith(rolePrefix))
  return [
    info?.osImage ?? '',
    info?.architecture ?? '',
    info?.kubeletVersion ?? '',
    info?.containerRuntimeVersion ?? '',
    ...groupLabels.map(label => labels[label] ?? ''),
    roles
      .map(key => key.slice(rolePrefix.length))
      .sort()
      .join('+'),
  ]
}

export const classOf = (node: Node): string => classParts(node).join('|')

/** '' where nodes have no zones. */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels
  return labels?.['topology.kubernetes.io/zone'] ?? labels?.['failure-domain.beta.kubernetes.io/zone'] ?? ''
}

export const runsWindows = (node: Node): boolean =>
  node.status?.nodeInfo?.operatingSystem === 'windows' || node.metadata.labels?.['kubernetes.io/os'] === 'windows'

export const isDown = (node: Node): boolean =>
  node.status?.conditions?.some(c => c.type === 'Ready' && c.status !== 'True') === true
