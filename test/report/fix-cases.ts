import { analyze } from '../../src/analyze.ts'
import type { Journal } from '../../src/fix/journal-text.ts'
import type { KubeObject, NodeChange, ObjectChange, Plan, Refusal } from '../../src/fix/plan.ts'
import { judgedReport, type ReportedFinding } from '../../src/report/check.ts'
import type { Proposal } from '../../src/report/plan.ts'
import { rules } from '../../src/rules/index.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy } from '../clusters.ts'
import { snapshotOf, takenAt } from '../fixtures.ts'

export const snapshot = snapshotOf(foundingFault)

export const findingsOf = (evidence: Evidence): readonly ReportedFinding[] => {
  const seen = snapshotOf(evidence)
  return judgedReport(seen, analyze(seen, rules), '1.2.3').findings
}

const corefile = (upstreams: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system', resourceVersion: '221', labels: { 'k8s-app': 'kube-dns' } },
  data: {
    Corefile: `.:53 {
    errors
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . ${upstreams}
    cache 30
    loop
    reload
}
`,
  },
})

export const corefileChange: ObjectChange = {
  kind: 'object',
  path: '/api/v1/namespaces/kube-system/configmaps/coredns',
  before: corefile('/etc/resolv.conf'),
  after: corefile('10.0.0.2 10.0.0.3'),
  awaits: 'corefile-loaded',
  codes: ['DNS301', 'DNS401'],
  why: 'names outside the cluster go to the resolvers that the nodes really have, instead of the stub at 127.0.0.53',
  reach: 'every Pod that asks the DNS Service',
  risk: 'safe',
  survives: ['a restart of the DNS Pods and a reboot keep it', 'kubeadm upgrade keeps a Corefile that is not its own'],
}

export const onNode = (node: string): NodeChange => ({
  kind: 'node',
  node,
  file: '/etc/default/kubelet',
  before: 'KUBELET_EXTRA_ARGS=--v=2\n',
  after: 'KUBELET_EXTRA_ARGS=--v=2 --resolv-conf=/run/systemd/resolve/resolv.conf\n',
  codes: ['DNS401', 'DNS301'],
  why: 'the kubelet hands out the resolvers that systemd-resolved uses, instead of its stub',
  reach: `every Pod with dnsPolicy Default on ${node}`,
  risk: 'restarts',
  survives: ['a reboot and kubeadm upgrade keep it'],
})

const configmap: Plan = {
  method: 'configmap',
  changes: [corefileChange],
  notes: ['Pods with dnsPolicy Default still get the stub of their node'],
}

const kubelet: Plan = {
  method: 'kubelet',
  changes: ['cp1', 'w1', 'w2', 'w3', 'w4'].map(onNode),
  notes: ['w5 is down and is left out: run fix again when it is back', 'New nodes will get the stub again'],
}

const kubeadmRefused: Refusal = {
  method: 'kubeadm',
  reason: 'the ConfigMap kube-system/kubelet-config may not be read',
  steps: ['Ask for the right to get it', 'kubectl dnsfix fix --method kubeadm'],
}

const founding = { findings: findingsOf(foundingFault), alternatives: [], refused: [] } as const

/** What can be proposed, each by the name of its golden file. */
export const proposals: Readonly<Record<string, Proposal>> = {
  'founding-fault': { ...founding, plan: configmap, alternatives: [kubelet], refused: [kubeadmRefused] },
  'one-way': { ...founding, plan: configmap },
  nodes: { ...founding, plan: kubelet, alternatives: [configmap], refused: [kubeadmRefused] },
  service: {
    ...founding,
    plan: {
      method: 'object',
      changes: [
        { ...corefileChange, before: null },
        { ...corefileChange, after: null },
      ],
      notes: [],
    },
  },
}

export const refusedOnly: Proposal = { ...founding, plan: null, refused: [kubeadmRefused] }
export const nothing: Proposal = { findings: findingsOf(healthy), plan: null, alternatives: [], refused: [] }

export const journal = (rest: Partial<Journal> = {}): Journal => ({
  schemaVersion: 1,
  id: '20261122132000-a1b2c3',
  version: '1.2.3',
  startedAt: takenAt,
  method: 'configmap',
  state: 'done',
  why: 'the DNS Pods ask 127.0.0.53, where nothing listens',
  steps: [{ change: corefileChange, state: 'applied', at: takenAt }],
  ...rest,
})
