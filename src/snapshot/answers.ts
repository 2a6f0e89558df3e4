import type { Duplex } from 'node:stream'
import { queryStream } from '../dns/query.ts'
import { serverContainer } from './dns.ts'
import { attempt, type Look } from './look.ts'
import type { Pod, Service } from './objects.ts'
import type { PodAnswer, Question } from './snapshot.ts'

/** Longer than CoreDNS itself waits for an upstream (plugin/forward: 5 s), so that its own verdict is heard. */
const patience = 6000

/**
 * Asks a DNS Pod over TCP through the API server: first the cluster name, then the external names side by side.
 * A server that does not answer the first is not asked again, so that a dead one costs one wait and not one per name.
 */
export async function askPod(
  look: Look,
  pod: Pod,
  service: Service | undefined,
  questions: Promise<readonly Question[]>,
): Promise<readonly PodAnswer[]> {
  const asks = await questions
  const port = serverPort(pod, service)
  const [first, ...rest] = [...asks.filter(q => q.scope === 'cluster'), ...asks.filter(q => q.scope === 'external')]
  if (!first) return []
  const answered = await ask(look, pod, port, first)
  if (!answered[0] || 'silence' in answered[0].result) return answered
  return [...answered, ...(await Promise.all(rest.map(question => ask(look, pod, port, question)))).flat()]
}

async function ask(look: Look, pod: Pod, port: number, question: Question): Promise<readonly PodAnswer[]> {
  const { namespace = '', name } = pod.metadata
  const open = () => look.client.forward(namespace, name, port, look.signal)
  const stream = await attempt(look, { input: 'answers', object: name }, open)
  if (!stream) return []
  const result = await askOnce(stream, question)
  return [{ pod: name, question, result }]
}

async function askOnce(stream: Duplex, question: Question): Promise<PodAnswer['result']> {
  try {
    const answer = await queryStream(stream, question.name, question.type, { timeoutMs: patience })
    if ('silence' in answer) return { silence: answer.silence, ms: answer.ms }
    return { rcode: answer.rcode, answers: answer.answers, ms: answer.ms }
  } finally {
    stream.destroy()
  }
}

/** The port behind the Service's TCP port 53, by number or by the container port's name; 53 where that is not known. */
export function serverPort(pod: Pod, service: Service | undefined): number {
  const target = service?.spec.ports?.find(p => p.port === 53 && p.protocol === 'TCP')?.targetPort
  if (typeof target === 'number') return target
  const ports = pod.spec.containers.flatMap(c => c.ports ?? [])
  const named = ports.find(p => p.name === target && target !== undefined)
  const own = serverContainer(pod.spec)?.ports?.find(p => p.protocol === 'TCP' && /dns/.test(p.name ?? ''))
  return (named ?? own)?.containerPort ?? 53
}
