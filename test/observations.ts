import type {
  From,
  Observation,
  Probe,
  ProbeQuestion,
  ProbeResult,
  Protocol,
  Target,
} from '../src/snapshot/observations.ts'
import type { ProbePlan } from '../src/snapshot/snapshot.ts'
import { clusterQuestion, externalQuestion } from './clusters.ts'

/** What `clusters.ts`'s healthy cluster offers to ask. */
export const dnsService: Target = { kind: 'service', name: 'kube-dns', address: '10.96.0.10', port: 53 }
export const podTarget = (name: string, node: string, address: string): Target => ({
  kind: 'pod',
  name,
  address,
  port: 53,
  node,
})
export const dnsPods: readonly Target[] = [
  podTarget('coredns-a', 'cp1', '10.244.0.2'),
  podTarget('coredns-b', 'w1', '10.244.1.2'),
]
export const upstream = (address: string): Target => ({ kind: 'upstream', name: address, address, port: 53 })
export const targets: readonly Target[] = [dnsService, ...dnsPods, upstream('8.8.8.8'), upstream('8.8.4.4')]

export const questions: readonly ProbeQuestion[] = [
  { name: clusterQuestion.name, type: 'A', about: 'cluster', expected: clusterQuestion.expected },
  { name: 'kube-dns-headless.kube-system.svc.cluster.local', type: 'A', about: 'headless', expected: ['10.244.0.2'] },
  { name: '1.0.96.10.in-addr.arpa', type: 'PTR', about: 'reverse', expected: [clusterQuestion.name] },
  { name: externalQuestion.name, type: 'A', about: 'external', expected: [] },
]

/** What is asked, of whom, from where. */
export interface Asked {
  readonly nodes: readonly string[]
  readonly from?: readonly From[]
  readonly targets?: readonly Target[]
  readonly questions?: readonly ProbeQuestion[]
  /** how a question ends; undefined: rightly */
  readonly fail?: (
    node: string,
    to: Target,
    protocol: Protocol,
    question: ProbeQuestion,
    from: From,
  ) => ProbeResult | undefined
}

/**
 * A whole matrix. As probers do, it asks upstreams for external names only, and what is silent to its first question is not
 * asked the rest.
 */
export function observationsOf(asked: Asked): readonly Observation[] {
  const { nodes, from = ['pod'], fail = () => undefined } = asked
  return nodes.flatMap(node =>
    from.flatMap(f =>
      (asked.targets ?? targets).flatMap(to =>
        (['udp', 'tcp'] as const).flatMap(protocol => {
          const own = (asked.questions ?? questions).filter(q => to.kind !== 'upstream' || q.about === 'external')
          const all = own.map(question => {
            const result = fail(node, to, protocol, question, f) ?? rightResult(to, question)
            return { node, from: f, to, protocol, question, result }
          })
          const [first] = all
          return first && 'silence' in first.result ? [first] : all
        }),
      ),
    ),
  )
}

const rightResult = (to: Target, { about, expected }: ProbeQuestion): ProbeResult => ({
  rcode: 'NOERROR',
  answers: expected.length > 0 ? expected : ['203.0.113.20'],
  ms: to.kind === 'upstream' ? 12.04 : about === 'external' ? 14 : 1.2,
})

export const silent: ProbeResult = { silence: 'timeout', ms: 2000 }
export const servfail: ProbeResult = { rcode: 'SERVFAIL', answers: [], ms: 4 }

/** A probe Pod on each of these nodes. */
export const probesOn = (nodes: readonly string[], from: From = 'pod'): readonly Probe[] =>
  nodes.map(node => ({ node, from, namespace: 'default', pod: `dnsfix-probe-${from}-${node}`, prober: 'relay' }))

export const planOf = (nodes: readonly string[], rest: Partial<ProbePlan> = {}): ProbePlan => ({
  run: '7f3a',
  namespace: 'default',
  image: 'registry.k8s.io/coredns/coredns:v1.14.7',
  nodes,
  eligible: nodes.length,
  sample: null,
  left: [],
  ...rest,
})
