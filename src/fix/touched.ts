import type { Workload } from '../snapshot/objects.ts'
import { noEvidence } from '../snapshot/snapshot.ts'
import { livePaths } from './live.ts'
import type { Method } from './plan.ts'
import { configMapPath } from './planners/config-map.ts'
import { allOwnerPaths } from './planners/owners.ts'
import { operatorPath } from './planners/owners-openshift.ts'
import { helmChartConfigPath } from './planners/owners-rke2.ts'
import { rbacPath } from './planners/rbac-objects.ts'
import { workloadPath } from './settled-pods.ts'

/** The namespace of DNS, or the name of an object of it: they differ from cluster to cluster. */
export const any = '*'

/** An object that a planner may change. `isMade`: it may make it where it is not there. */
export interface Touched {
  readonly method: Method
  readonly path: string
  readonly isMade: boolean
  /** the DNS Pods are counted afterwards */
  readonly isCounted?: boolean
}

const changed = (method: Method, path: string): Touched => ({ method, path, isMade: false })
const made = (method: Method, path: string): Touched => ({ method, path, isMade: true })

const meta = { namespace: any, name: any, labels: { 'k8s-app': 'kube-dns' } }
const spec = { template: { spec: { containers: [] } } }

/** Workloads of a DNS server, as far as their paths go. */
export const anyDeployment: Workload = { kind: 'Deployment', metadata: meta, spec }
const anyDaemonSet: Workload = { kind: 'DaemonSet', metadata: meta, spec }

/** Every object that a planner may change, whatever the cluster. A test holds the plans of all planners against it. */
export const touched: readonly Touched[] = [
  // The Corefile; kube-dns and coredns-custom, which may not be there yet.
  made('configmap', configMapPath(any, any)),
  made('configmap', helmChartConfigPath),
  changed('configmap', operatorPath),
  changed('kubeadm', configMapPath('kube-system', 'kubelet-config')),
  changed('object', `/api/v1/namespaces/${any}/services/${any}`),
  made('object', '/api/v1/namespaces/kube-system/services/kube-dns'),
  ...['system:coredns', 'system:kube-dns'].flatMap(name => [
    made('object', rbacPath('clusterroles', name)),
    made('object', rbacPath('clusterrolebindings', name)),
  ]),
  changed('object', rbacPath('clusterroles', 'kube-dns')),
  { ...changed('object', workloadPath(anyDeployment)), isCounted: true },
  { ...changed('object', workloadPath(anyDaemonSet)), isCounted: true },
]

/** The paths of everything that is read before planning, whatever the cluster. */
export function readPaths(): readonly string[] {
  const workloads = [anyDeployment, anyDaemonSet]
  const services = [{ metadata: meta, spec: {} }]
  const evidence = { ...noEvidence, workloads, services }
  const nodes = { total: 0, asked: 0 }
  return [...livePaths({ takenAt: '', server: '', nodes, evidence, gaps: [] }), ...allOwnerPaths]
}
