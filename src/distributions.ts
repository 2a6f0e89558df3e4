import type { Evidence } from './snapshot/snapshot.ts'

type Seen = Pick<Evidence, 'version' | 'nodes' | 'configMaps'>

/** What distinguishes a distribution, most telling first: several of them are kubeadm underneath. */
const marks: readonly (readonly [name: string, test: (seen: Text) => boolean])[] = [
  ['k3s', t => /\+k3s/.test(t.version) || t.providers.some(p => p.startsWith('k3s://'))],
  ['rke2', t => /\+rke2/.test(t.version)],
  ['k0s', t => /\+k0s/.test(t.version)],
  ['eks', t => /-eks-/.test(t.version) || t.labels.some(l => l.startsWith('eks.amazonaws.com/'))],
  ['gke', t => /-gke\./.test(t.version) || t.labels.some(l => l.startsWith('cloud.google.com/gke'))],
  ['aks', t => t.labels.some(l => l === 'kubernetes.azure.com/cluster')],
  ['openshift', t => t.labels.some(l => l.startsWith('node.openshift.io/'))],
  ['talos', t => t.images.some(i => i.startsWith('Talos'))],
  ['microk8s', t => t.labels.includes('microk8s.io/cluster')],
  ['kops', t => t.labels.includes('kops.k8s.io/instancegroup')],
  ['kind', t => t.providers.some(p => p.startsWith('kind://'))],
  ['minikube', t => t.labels.includes('minikube.k8s.io/name')],
  ['kubeadm', t => t.kubeadm],
]

interface Text {
  readonly version: string
  readonly providers: readonly string[]
  readonly labels: readonly string[]
  readonly images: readonly string[]
  readonly kubeadm: boolean
}

/** The distribution's short name, or `unknown`. */
export function distributionOf(seen: Seen): string {
  const text: Text = {
    version: seen.version[0]?.gitVersion ?? '',
    providers: seen.nodes.map(n => n.spec?.providerID ?? ''),
    labels: seen.nodes.flatMap(n => Object.keys(n.metadata.labels ?? {})),
    images: seen.nodes.map(n => n.status?.nodeInfo?.osImage ?? ''),
    kubeadm: seen.configMaps.some(c => c.metadata.name === 'kubeadm-config'),
  }
  return marks.find(([, test]) => test(text))?.[0] ?? 'unknown'
}
