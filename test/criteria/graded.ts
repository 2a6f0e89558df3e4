import { analyze } from '../../src/analyze.ts'
import { type Criterion, type CriterionId, criteriaOf } from '../../src/criteria/criteria.ts'
import { rules } from '../../src/rules/index.ts'
import { pathRules } from '../../src/rules/path/index.ts'
import type { ConfigMap } from '../../src/snapshot/objects.ts'
import type { Observation, ProbeQuestion, Target } from '../../src/snapshot/observations.ts'
import type { Evidence, ProbePlan, Snapshot } from '../../src/snapshot/snapshot.ts'
import { healthy } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'

/** The healthy cluster of test/clusters.ts after `verify`: two nodes, each asked everything, and what kubeadm keeps. */

export const service: Target = { kind: 'service', name: 'kube-dns', address: '10.96.0.10', port: 53 }
/** The DNS Pods of the healthy cluster, which the Service leads to. */
export const dnsPods: readonly Target[] = [
  { kind: 'pod', name: 'coredns-a', address: '10.244.0.2', port: 53, node: 'cp1' },
  { kind: 'pod', name: 'coredns-b', address: '10.244.1.2', port: 53, node: 'w1' },
]
export const upstream: Target = { kind: 'upstream', name: '10.0.0.2', address: '10.0.0.2', port: 53 }

const external: ProbeQuestion = { name: 'example.com', type: 'A', about: 'external', expected: [] }

const questions: readonly (readonly [question: ProbeQuestion, answer: string])[] = [
  [{ name: 'kubernetes.default.svc.cluster.local', type: 'A', about: 'cluster', expected: ['10.96.0.1'] }, '10.96.0.1'],
  [
    {
      name: '1.0.96.10.in-addr.arpa',
      type: 'PTR',
      about: 'reverse',
      expected: ['kubernetes.default.svc.cluster.local'],
    },
    'Kubernetes.default.svc.cluster.local.',
  ],
  [external, '198.18.0.80'],
]

const ask = (node: string, to: Target, question: ProbeQuestion, answer: string): readonly Observation[] =>
  (['udp', 'tcp'] as const).map(protocol => ({
    node,
    from: 'pod',
    to,
    protocol,
    question,
    result: { rcode: 'NOERROR', answers: [answer], ms: 4 },
  }))

export const observations: readonly Observation[] = ['cp1', 'w1'].flatMap(node => [
  ...[service, ...dnsPods].flatMap(to => questions.flatMap(([question, answer]) => ask(node, to, question, answer))),
  ...ask(node, upstream, external, '198.18.0.80'),
])

export const plan: ProbePlan = {
  run: 'r1',
  namespace: 'default',
  image: 'registry.k8s.io/coredns/coredns:v1.14.7',
  nodes: ['cp1', 'w1'],
  eligible: 2,
  sample: null,
  left: [],
}

/** ConfigMap kubelet-config as `collectSurvival` keeps it. */
export const kubeletConfig = (resolvConf: string | null): ConfigMap => ({
  metadata: { namespace: 'kube-system', name: 'kubelet-config' },
  data: { kubelet: resolvConf === null ? '{}\n' : `resolvConf: ${resolvConf}\n` },
})

export const kubeadmConfig = (dns: string): ConfigMap => ({
  metadata: { namespace: 'kube-system', name: 'kubeadm-config' },
  data: { ClusterConfiguration: `dns: ${dns}\n` },
})

const realList = '/run/systemd/resolve/resolv.conf'

export const verified: Evidence = {
  ...healthy,
  configMaps: [...healthy.configMaps.slice(0, 1), kubeadmConfig('{}'), kubeletConfig(realList)],
  probes: ['cp1', 'w1'].map(node => ({
    node,
    from: 'pod',
    namespace: 'default',
    pod: `probe-${node}`,
    prober: 'relay',
  })),
  observations,
}

/** The evidence with ConfigMaps in place of those of the same name. */
export const withMaps = (evidence: Evidence, ...maps: readonly ConfigMap[]): Evidence => ({
  ...evidence,
  configMaps: [...evidence.configMaps.filter(c => !maps.some(m => m.metadata.name === c.metadata.name)), ...maps],
})

/** The evidence with this text in ConfigMap coredns. */
export const withCorefile = (evidence: Evidence, Corefile: string, metadata: Partial<ConfigMap['metadata']> = {}) =>
  withMaps(evidence, {
    metadata: { namespace: 'kube-system', name: 'coredns', ...metadata },
    data: { Corefile },
  })

/** The grade of this evidence in one criterion, judged by every rule. */
export function grade(id: CriterionId, evidence: Evidence, rest: Partial<Snapshot> = {}): Criterion {
  const snapshot = snapshotOf(evidence, { plan, ...rest })
  const found = criteriaOf(snapshot, analyze(snapshot, [...rules, ...pathRules])).find(c => c.id === id)
  if (!found) throw new Error(`no criterion ${id}`)
  return found
}

/** What decides it, as lines to match. */
export const said = (criterion: Criterion): string =>
  `${criterion.status}\n${criterion.evidence.map(e => `${e.source}: ${e.text}`).join('\n')}`
