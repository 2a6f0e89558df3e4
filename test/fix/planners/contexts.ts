import { join } from 'node:path'
import { analyze } from '../../../src/analyze.ts'
import type { KubeObject } from '../../../src/fix/plan.ts'
import type { FixContext, FixOptions, NodeFacts } from '../../../src/fix/planners/context.ts'
import { rules } from '../../../src/rules/index.ts'
import { loadSnapshot } from '../../../src/snapshot/file.ts'
import type { ConfigMap, Workload } from '../../../src/snapshot/objects.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { snapshotOf } from '../../fixtures.ts'

/** What planners go by, made of evidence as a look at that cluster would make it. */

export const stubText =
  '# This file is managed by man:systemd-resolved(8)\nnameserver 127.0.0.53\noptions edns0 trust-ad\n'
export const realList = '/run/systemd/resolve/resolv.conf'

/** An Ubuntu node of kubeadm whose kubelet hands out systemd-resolved's stub. */
export const stubNode = (node: string, rest: Partial<NodeFacts> = {}): NodeFacts => ({
  node,
  ready: true,
  osImage: 'Ubuntu 24.04.2 LTS',
  resolvConf: '/etc/resolv.conf',
  files: {
    '/etc/resolv.conf': stubText,
    [realList]: 'nameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch example.com\n',
    '/run/NetworkManager/no-stub-resolv.conf': null,
    '/run/NetworkManager/resolv.conf': null,
    '/etc/default/kubelet': null,
    '/etc/sysconfig/kubelet': null,
    '/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.11"\n',
  },
  resolvers: ['10.0.0.2', '10.0.0.3'],
  kubeletFlags: null,
  configYaml:
    'apiVersion: kubelet.config.k8s.io/v1beta1\nclusterDNS:\n- 10.96.0.10\n# ours\nresolvConf: /etc/resolv.conf # the stub\nsyncFrequency: 0s\n',
  kubeadm: true,
  problem: null,
  ...rest,
})

/** The same with other files, or without some that it has. */
export const withFiles = (facts: NodeFacts, files: NodeFacts['files']): NodeFacts => ({
  ...facts,
  files: { ...facts.files, ...files },
})

export const mapPath = (name: string, namespace = 'kube-system') => `/api/v1/namespaces/${namespace}/configmaps/${name}`

const kinds = { Deployment: 'deployments', DaemonSet: 'daemonsets' } as const

const workloadEntry = (w: Workload): readonly [string, KubeObject] => [
  `/apis/apps/v1/namespaces/${w.metadata.namespace}/${kinds[w.kind]}/${w.metadata.name}`,
  { ...w, apiVersion: 'apps/v1' } as unknown as KubeObject,
]

/** A ConfigMap as the API server keeps it, with what nobody here understands. */
export const live = ({ metadata, data }: ConfigMap): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...metadata, uid: 'u1', resourceVersion: '42', finalizers: ['example.com/keep'] },
  data,
  immutable: false,
})

/** What was recorded of a real cluster, by the name of its file. */
export const recorded = (name: string): Evidence =>
  loadSnapshot(join(import.meta.dirname, '..', '..', 'evidence', `${name}.json`)).evidence

interface Rest extends Partial<Omit<FixContext, 'options'>> {
  readonly options?: Partial<FixOptions>
}

/** The context of this cluster, judged by every rule of `check`, with its ConfigMaps and workloads read whole. */
export function contextOf(evidence: Evidence, { options, objects, ...rest }: Rest = {}): FixContext {
  const snapshot = snapshotOf(evidence)
  const { findings, cause } = analyze(snapshot, rules)
  const maps = evidence.configMaps.map(map => [mapPath(map.metadata.name, map.metadata.namespace), live(map)] as const)
  return {
    snapshot,
    findings,
    cause,
    objects: new Map([...maps, ...evidence.workloads.map(workloadEntry), ...(objects ?? [])]),
    options: { method: undefined, code: undefined, upstreams: [], stubDomains: {}, ...options },
    nodeFacts: [stubNode('cp1'), stubNode('w1')],
    ...rest,
  }
}
