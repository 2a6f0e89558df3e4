import { analyze } from '../../src/analyze.ts'
import { type Criterion, verdictOf } from '../../src/criteria/criteria.ts'
import { type VerifyReport, verifyReport } from '../../src/report/verify.ts'
import { rules } from '../../src/rules/index.ts'
import { pathRules } from '../../src/rules/path/index.ts'
import type { SearchCost } from '../../src/snapshot/observations.ts'
import type { Evidence, Gap, ProbePlan } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, pod } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'
import {
  type Asked,
  dnsService,
  observationsOf,
  planOf,
  podTarget,
  probesOn,
  servfail,
  silent,
  targets,
  upstream,
} from '../observations.ts'

const cost = (node: string): SearchCost => ({
  node,
  name: 'example.com',
  ndots: 5,
  queries: 8,
  tried: [
    ...['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'].map(domain => ({
      name: `example.com.${domain}`,
      result: { rcode: 'NXDOMAIN', answers: [], ms: 1 },
    })),
    { name: 'example.com', result: { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 14 } },
  ],
})

/** A grade, as far as reports look at it. */
export const grade = (resolves: Criterion['status']): readonly Criterion[] => [
  { id: 'resolves-everywhere', status: resolves, evidence: [{ source: 'probes', text: 'what they were answered' }] },
  {
    id: 'upstreams-proper',
    status: 'passed',
    evidence: [{ source: 'upstreams', text: '8.8.8.8 and 8.8.4.4 answer over UDP and TCP' }],
  },
  {
    id: 'survives',
    status: 'failed',
    evidence: [
      {
        source: 'ConfigMap kube-system/coredns',
        text: 'kubeadm upgrade writes the Corefile anew where it has only ever been the default, so a lone upstream in it would be lost',
      },
      { source: 'Deployment kube-system/coredns', text: '2 replicas on 2 nodes' },
    ],
  },
  { id: 'configuration-clean', status: 'unknown', evidence: [] },
]

interface Given extends Asked {
  readonly evidence?: Partial<Evidence>
  readonly gaps?: readonly Gap[]
  readonly plan?: Partial<ProbePlan>
  readonly resolves?: Criterion['status']
}

/** The report of a cluster in which this was asked. */
export function reportOf(given: Given): VerifyReport {
  const { nodes, from = ['pod'], resolves = 'passed', plan = {} } = given
  const observed = {
    probes: from.flatMap(f => probesOn(nodes, f)),
    observations: observationsOf(given),
    searches: nodes.slice(0, 1).map(cost),
  }
  const evidence = { ...healthy, ...given.evidence, ...observed }
  const snapshot = snapshotOf(evidence, { gaps: given.gaps ?? [], plan: planOf(nodes, plan) })
  const analysis = analyze(snapshot, [...rules, ...pathRules])
  const criteria = grade(resolves)
  return verifyReport(snapshot, { ...analysis, verdict: verdictOf(analysis, criteria, snapshot) }, criteria, '1.2.3')
}

const named = (prefix: string, n: number): readonly string[] => Array.from({ length: n }, (_, i) => `${prefix}${i + 1}`)

export const fortyNodes = named('node-', 40)
export const thirtyPods = named('', 30).map(n =>
  podTarget(`coredns-7d764666f9-${`x${n}`.padEnd(5, 'k')}`, `node-${n}`, `10.244.${n}.2`),
)

const both = ['cp1', 'w1']
const pulling: Gap = {
  input: 'probes',
  object: 'w2',
  why: 'failed',
  detail: 'ImagePullBackOff: Back-off pulling image "registry.k8s.io/coredns/coredns:v1.14.7"',
}

/** Clusters that look different in the report, by the name of their golden file. */
export const cases = {
  healthy: () => reportOf({ nodes: both }),
  'kube-proxy': () =>
    reportOf({
      nodes: both,
      from: ['pod', 'host'],
      resolves: 'failed',
      fail: (node, to) => (node === 'w1' && to.kind === 'service' ? silent : undefined),
    }),
  'founding-fault': () =>
    reportOf({
      nodes: both,
      resolves: 'failed',
      evidence: foundingFault,
      targets: [dnsService],
      fail: () => ({ silence: 'refused', ms: 3 }),
    }),
  'not-probed': () =>
    reportOf({ nodes: both, resolves: 'unknown', gaps: [pulling], plan: { nodes: [...both, 'w2'], eligible: 3 } }),
  '40-nodes': () =>
    reportOf({
      nodes: fortyNodes,
      resolves: 'failed',
      plan: { eligible: 500, sample: '40 of 500 nodes: one of every class and zone' },
      fail: (node, to, protocol) =>
        node === 'node-17' && to.kind !== 'upstream' && protocol === 'udp' ? silent : undefined,
    }),
  '30-pods': () =>
    reportOf({
      nodes: ['node-1', 'node-2', 'node-3'],
      resolves: 'failed',
      evidence: { pods: thirtyPods.map(p => pod(p.name, p.node ?? '', p.address)) },
      targets: [dnsService, ...thirtyPods, upstream('8.8.8.8')],
      fail: (_node, to, _protocol, { about }) =>
        to.name === thirtyPods[6]?.name && about === 'external' ? servfail : undefined,
    }),
  closed: () => reportOf({ nodes: both, fail: (_node, to) => (to.kind === 'service' ? undefined : silent) }),
  many: () =>
    reportOf({
      nodes: both,
      resolves: 'failed',
      fail: (node, to, _protocol, { about, expected }) => {
        if (to.kind === 'pod' && about === 'reverse') return { rcode: 'NXDOMAIN', answers: [], ms: 1 }
        if (to.kind === 'pod' && about === 'cluster') return { rcode: 'NOERROR', answers: ['10.9.9.9'], ms: 1 }
        if (to === targets[3] && node === 'w1') return { silence: 'unreachable', ms: 1 }
        return to.kind === 'service' && expected.length === 0 ? { rcode: 'NOERROR', answers: [], ms: 1500 } : undefined
      },
    }),
} as const
