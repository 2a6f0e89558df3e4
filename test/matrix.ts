import type {
  From,
  Observation,
  Probe,
  ProbeQuestion,
  ProbeResult,
  Protocol,
  Target,
} from '../src/snapshot/observations.ts'

/**
 * A matrix as one writes it down: per node (`w1`, or `w1 host` for a probe in the node's network) and per target (`service`,
 * `coredns-a on cp1`, the address of an upstream, that of a node's resolver in 169.254.0.0/16; `service ADDRESS` and `resolver
 * ADDRESS` where there are several) what it answers. That is `ok`, or words of the form `[protocol/][question:]outcome`, beside which all is right: `timeout`, `udp/refused`, `external:SERVFAIL`,
 * `cluster:10.9.9.9`. A question is meant by what it is about, or by its name.
 */
export type Spec = Readonly<Record<string, Readonly<Record<string, string>>>>

export const clusterName = 'kubernetes.default.svc.cluster.local'
const questions: readonly ProbeQuestion[] = [
  { name: clusterName, type: 'A', about: 'cluster', expected: ['10.96.0.1'] },
  { name: 'web.shop.svc.cluster.local', type: 'A', about: 'headless', expected: ['10.244.0.7', '10.244.1.7'] },
  { name: '1.0.96.10.in-addr.arpa', type: 'PTR', about: 'reverse', expected: [clusterName] },
]

/** The observations of a matrix; `names` are the external ones, `NAME` or `NAME=ADDRESS`. */
export function observationsOf(spec: Spec, names: readonly string[] = ['example.com']): readonly Observation[] {
  const asked = [...questions, ...names.map(external)]
  return Object.entries(spec).flatMap(([asker, targets]) =>
    Object.entries(targets).flatMap(([target, words]) =>
      (['udp', 'tcp'] as const).flatMap(protocol =>
        column({ ...askerOf(asker), to: targetOf(target), protocol }, asked, words),
      ),
    ),
  )
}

/** The probes that asked. */
export const probesOf = (spec: Spec, namespace = 'default'): readonly Probe[] =>
  Object.keys(spec).map(asker => {
    const { node, from } = askerOf(asker)
    return { node, from, namespace, pod: `kubectl-dnsfix-${from}-${node}`, prober: 'relay' }
  })

function askerOf(text: string): { node: string; from: From } {
  const [node = '', host] = text.split(' ')
  return { node, from: host === 'host' ? 'host' : 'pod' }
}

const podAddresses: Readonly<Record<string, string>> = { 'coredns-a': '10.244.0.2', 'coredns-b': '10.244.1.2' }

function targetOf(text: string): Target {
  const [name = '', second, node] = text.split(' ')
  if (name === 'service') return { kind: 'service', name: 'kube-dns', address: second ?? '10.96.0.10', port: 53 }
  if (name === 'resolver' && second) return { kind: 'resolver', name: second, address: second, port: 53 }
  if (node) return { kind: 'pod', name, address: podAddresses[name] ?? '10.244.9.9', port: 53, node }
  return { kind: text.startsWith('169.254.') ? 'resolver' : 'upstream', name: text, address: text, port: 53 }
}

function external(text: string): ProbeQuestion {
  const [name = '', address] = text.split('=')
  return { name, type: 'A', about: 'external', expected: address === undefined ? [] : [address] }
}

type Cell = Omit<Observation, 'question' | 'result'>

/** As probes do: upstreams are asked external names only, and who is silent at first is not asked the rest. */
function column(cell: Cell, asked: readonly ProbeQuestion[], words: string): readonly Observation[] {
  const own = cell.to.kind === 'upstream' ? asked.filter(q => q.about === 'external') : asked
  const all = own.map(question => ({ ...cell, question, result: resultOf(question, cell.protocol, words) }))
  return all[0] && 'silence' in all[0].result ? all.slice(0, 1) : all
}

function resultOf(question: ProbeQuestion, protocol: Protocol, words: string): ProbeResult {
  const right = question.expected.length > 0 ? question.expected : ['203.0.113.20']
  const outcome =
    words
      .split(' ')
      .findLast(word => isFor(word, question, protocol))
      ?.replace(/^.*[/:]/, '') ?? 'ok'
  if (outcome === 'ok') return { rcode: 'NOERROR', answers: right, ms: 2 }
  if (outcome === 'empty') return { rcode: 'NOERROR', answers: [], ms: 2 }
  if (outcome === 'timeout' || outcome === 'unknown') return { silence: outcome, ms: 3000 }
  if (outcome === 'refused' || outcome === 'closed' || outcome === 'unreachable') return { silence: outcome, ms: 1 }
  return /^[A-Z]+$/.test(outcome)
    ? { rcode: outcome, answers: [], ms: 2 }
    : { rcode: 'NOERROR', answers: outcome.split(','), ms: 2 }
}

function isFor(word: string, question: ProbeQuestion, protocol: Protocol): boolean {
  const [, over, what] = /^(?:(udp|tcp)\/)?(?:([^:]+):)?[^:]+$/.exec(word) ?? []
  return (over ?? protocol) === protocol && (what === undefined || what === question.about || what === question.name)
}
