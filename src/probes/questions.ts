import ipaddr from 'ipaddr.js'
import type { ProbeQuestion, Target } from '../snapshot/observations.ts'
import type { Question } from '../snapshot/snapshot.ts'

/** A headless Service with the addresses of its ready endpoints. */
export interface Headless {
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
}

/**
 * What to ask: the name that every cluster has with the address it must have, a headless Service where there is one, the way back
 * from that address to the name, and the external names. In this order, so that the first tells whether a target is alive.
 */
export function probeQuestions(asked: readonly Question[], headless: Headless | undefined): readonly ProbeQuestion[] {
  const cluster = asked.find(q => q.scope === 'cluster')
  const external = asked.filter(q => q.scope === 'external').map(q => ofQuestion(q, 'external'))
  if (!cluster) return external
  const zone = cluster.name.replace(/^kubernetes\.default\.svc\./, '')
  return [
    ofQuestion(cluster, 'cluster'),
    ...(headless ? headlessQuestion(headless, zone) : []),
    ...cluster.expected.slice(0, 1).map(address => reverseQuestion(address, cluster.name)),
    ...external,
  ]
}

/** Upstreams know nothing of the cluster's own names. */
export const questionsFor = (target: Target, questions: readonly ProbeQuestion[]): readonly ProbeQuestion[] =>
  target.kind === 'upstream' ? questions.filter(q => q.about === 'external') : questions

const ofQuestion = ({ name, type, expected }: Question, about: 'cluster' | 'external'): ProbeQuestion => ({
  name,
  type,
  about,
  expected,
})

function headlessQuestion({ namespace, name, addresses }: Headless, zone: string): readonly ProbeQuestion[] {
  const type = addresses.every(a => a.includes(':')) ? 'AAAA' : 'A'
  return [{ name: `${name}.${namespace}.svc.${zone}`, type, about: 'headless', expected: addresses }]
}

const reverseQuestion = (address: string, name: string): ProbeQuestion => ({
  name: reverseName(address),
  type: 'PTR',
  about: 'reverse',
  expected: [name],
})

/** `10.96.0.1` → `1.0.96.10.in-addr.arpa` (RFC 1035 §3.5); IPv6 by nibbles under `ip6.arpa` (RFC 3596 §2.5). */
export function reverseName(address: string): string {
  const bytes = ipaddr.parse(address).toByteArray()
  if (bytes.length === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa`
  const nibbles = bytes.flatMap(byte => [byte >> 4, byte & 15]).map(n => n.toString(16))
  return `${nibbles.toReversed().join('.')}.ip6.arpa`
}
