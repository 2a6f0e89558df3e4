import type { KubeObject, Plan } from '../../src/fix/plan.ts'
import { choose } from '../../src/fix/planners/choose.ts'
import type { FixOptions } from '../../src/fix/planners/context.ts'
import { operatorPath } from '../../src/fix/planners/owners-openshift.ts'
import { helmChartConfigPath } from '../../src/fix/planners/owners-rke2.ts'
import { rbacPath } from '../../src/fix/planners/rbac-objects.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, nodeCache } from '../clusters.ts'
import { k3s, kubeadm131 } from '../corefile/stock.ts'
import { kubeletConfig } from '../criteria/graded.ts'
import { contextOf, live, mapPath, realList, recorded, stubNode } from '../fix/planners/contexts.ts'
import { distributed } from '../fix/planners/distributed.ts'

/** A cluster that something is wrong with, and what `fix` is told of it. */
interface Case {
  readonly evidence: Evidence
  readonly options?: Partial<FixOptions>
  readonly objects?: Readonly<Record<string, KubeObject>>
  readonly isRepaired?: boolean
}

const upstreams = { upstreams: ['10.0.0.2', '10.0.0.3'] }
const object = (kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, uid: 'u', resourceVersion: '1' },
  ...rest,
})
const stored = { [mapPath('kubelet-config')]: live(kubeletConfig('/etc/resolv.conf')) }

/** DNS Pods that may not see EndpointSlices, and say so. */
function forbidden(account: string): Evidence {
  const text = `E1122 10:00:01.1 1 reflector.go:205] "Failed to watch" err="failed to list *v1.X: services is forbidden: User \\"system:serviceaccount:kube-system:${account}\\" cannot list resource \\"services\\" in API group \\"\\" at the cluster scope"`
  const conditions = [{ type: 'Ready', status: 'False' }]
  const pods = healthy.pods.map(p => ({ ...p, status: { ...p.status, conditions } }))
  const logs = pods.map(p => ({ pod: p.metadata.name, container: 'coredns', part: 'tail' as const, text }))
  return { ...healthy, pods, logs, answers: [] }
}

const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kube-dns' }
const bound = { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }] }
const [service] = healthy.services
const none = { pods: [], endpointSlices: [], answers: [] }
const stopped = healthy.workloads.map(w => ({ ...w, spec: { ...w.spec, replicas: 0 } }))
const onK3s = distributed('v1.34.1+k3s1', k3s)
const onRke2 = distributed('v1.34.1+rke2r1', kubeadm131)
const onOpenShift = distributed('v1.33.1', kubeadm131, { 'node.openshift.io/os_id': 'rhcos' })
const asDaemonSet = foundingFault.workloads.map(w => ({ ...w, kind: 'DaemonSet' as const }))

/** What is repaired in as many ways as there are planners and places. */
export const cases: Readonly<Record<string, Case>> = {
  'the founding fault': { evidence: foundingFault, objects: stored },
  'kube-dns without its ConfigMap': { evidence: recorded('kube-dns-noloopdetect'), options: upstreams },
  'kube-dns with one that it ignores': { evidence: recorded('kube-dns-1.26-configmap-invalid') },
  'k3s without coredns-custom': { evidence: onK3s, options: upstreams },
  'k3s with coredns-custom': {
    evidence: onK3s,
    options: upstreams,
    objects: {
      [mapPath('coredns-custom')]: live({ metadata: { name: 'coredns-custom', namespace: 'kube-system' }, data: {} }),
    },
  },
  'RKE2 without a HelmChartConfig': { evidence: onRke2, options: upstreams },
  'RKE2 with a HelmChartConfig': {
    evidence: onRke2,
    options: upstreams,
    objects: { [helmChartConfigPath]: object('HelmChartConfig', 'rke2-coredns') },
  },
  OpenShift: { evidence: onOpenShift, options: upstreams, objects: { [operatorPath]: object('DNS', 'default') } },
  'no Service': { evidence: { ...healthy, services: [], endpointSlices: [] } },
  'a Service that selects nothing': {
    evidence: {
      ...healthy,
      endpointSlices: [],
      services: service ? [{ ...service, spec: { ...service.spec, selector: { app: 'gone' } } }] : [],
    },
    objects: { '/api/v1/namespaces/kube-system/services/kube-dns': object('Service', 'kube-dns', { spec: {} }) },
  },
  'no role for CoreDNS': { evidence: forbidden('coredns') },
  'a binding that does not name CoreDNS': {
    evidence: forbidden('coredns'),
    objects: {
      [rbacPath('clusterroles', 'system:coredns')]: object('ClusterRole', 'system:coredns', { rules: [] }),
      [rbacPath('clusterrolebindings', 'system:coredns')]: object('ClusterRoleBinding', 'system:coredns', {
        roleRef: { ...roleRef, name: 'system:coredns' },
        subjects: [],
      }),
    },
  },
  'a role for CoreDNS that lacks rules': {
    evidence: forbidden('coredns'),
    objects: {
      [rbacPath('clusterroles', 'kube-dns')]: object('ClusterRole', 'kube-dns', { rules: [] }),
      [rbacPath('clusterrolebindings', 'kube-dns')]: object('ClusterRoleBinding', 'kube-dns', bound),
    },
  },
  'no role for kube-dns': { evidence: forbidden('kube-dns') },
  'no replicas': { evidence: { ...healthy, ...none, workloads: stopped } },
  'Pods older than the repair': {
    evidence: { ...foundingFault, kubelets: healthy.kubelets },
    options: { code: 'DNS404' },
    isRepaired: true,
  },
  'Pods of a DaemonSet older than the repair': {
    evidence: { ...foundingFault, kubelets: healthy.kubelets, workloads: [...asDaemonSet, nodeCache(2)] },
    options: { code: 'DNS404' },
    isRepaired: true,
  },
}

/** Everything that can be done about a case. Throws where that is nothing: then it would show nothing. */
export function plansFor(name: string): readonly Plan[] {
  const { evidence, options = {}, objects = {}, isRepaired = false } = cases[name] as Case
  const nodes = ['cp1', 'w1'].map(node => stubNode(node, isRepaired ? { resolvConf: realList } : {}))
  const context = contextOf(evidence, { options, objects: new Map(Object.entries(objects)), nodeFacts: nodes })
  const plans = choose(context).plans.filter(plan => plan.changes.length > 0)
  if (plans.length === 0) throw new Error(`${name}: nothing is planned: ${JSON.stringify(choose(context).refused)}`)
  return plans
}
