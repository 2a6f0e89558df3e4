import type { Duplex } from 'node:stream'
import { type Answer, queryStream } from '../dns/query.ts'
import type { ProbeQuestion } from '../snapshot/observations.ts'
import { lost, onPort } from './open-port.ts'
import type { Ask, Session } from './prober.ts'

/** dnsmasq that passes TCP questions on to one target, at a port of the Pod's loopback. */
export interface TcpRelay {
  readonly ask: Ask
  readonly container: string
  readonly port: number
}

/** A question as it was put, and what came back; its time is without the way to the Pod. */
export interface Asked {
  readonly question: ProbeQuestion
  readonly answer: Answer
}

/** A name that dnsmasq answers itself: it tells that dnsmasq is there, and how long the way to it is. */
export const ownName = 'kubectl-dnsfix.invalid'

/** Less than the five seconds that dnsmasq waits for a connection (2.90, config.h: TCP_TIMEOUT). */
const timeoutMs = 3000

/** Connections of one relay at the same time: each is a WebSocket through the API server. */
const lanes = 3

/**
 * Puts the questions of a relay. Who does not answer the first is not asked the rest; those that are left behind a later one are
 * put on a few connections at once. Each relay needs a port-forward for itself: a shared one does not tell that dnsmasq ended a
 * connection. Rejects with a RequestError when the Pod cannot be talked to.
 */
export async function putQuestions(session: Session, relay: TcpRelay): Promise<readonly Asked[]> {
  const { questions } = relay.ask
  const put = await putInOrder(session, relay, questions)
  const isDead = put.length === 1 && put.some(({ answer }) => 'silence' in answer)
  if (isDead) return put
  const left = questions.slice(put.length)
  const size = Math.ceil(left.length / lanes)
  const parts = Array.from({ length: lanes }, (_, i) => left.slice(i * size, (i + 1) * size))
  return [...put, ...(await Promise.all(parts.map(part => putAll(session, relay, part)))).flat()]
}

/** One after the other; behind a question without an answer the connection is blocked, and the next get a new one. */
async function putAll(
  session: Session,
  relay: TcpRelay,
  questions: readonly ProbeQuestion[],
): Promise<readonly Asked[]> {
  if (questions.length === 0) return []
  const put = await putInOrder(session, relay, questions)
  return [...put, ...(await putAll(session, relay, questions.slice(put.length)))]
}

/** One after the other over one connection, until the first that gets no answer. */
function putInOrder(session: Session, relay: TcpRelay, questions: readonly ProbeQuestion[]): Promise<readonly Asked[]> {
  return onPort(session, relay.port, async stream => {
    const wayMs = await wayTo(session, stream)
    if (wayMs === null) return null
    const asked: Asked[] = []
    for (const question of questions) {
      const answer = await put(session, stream, question)
      asked.push({ question, answer: { ...answer, ms: Math.max(answer.ms - wayMs, 0) } })
      if ('silence' in answer) break
    }
    return asked
  })
}

/** Milliseconds to dnsmasq and back; null when it does not listen yet. The first time is longer: the node connects then. */
async function wayTo(session: Session, stream: Duplex): Promise<number | null> {
  const first = await queryStream(stream, ownName, 'TXT', { timeoutMs })
  if ('silence' in first && first.silence === 'refused') return null
  const second = await queryStream(stream, ownName, 'TXT', { timeoutMs })
  if (!('silence' in second)) return Math.min(first.ms, second.ms)
  throw lost(session, second.detail ?? `dnsmasq does not answer (${second.silence})`)
}

/** A connection that ends without a word of the API server is one that dnsmasq ended. */
async function put(session: Session, stream: Duplex, { name, type }: ProbeQuestion): Promise<Answer> {
  const answer = await queryStream(stream, name, type, { timeoutMs })
  if ('silence' in answer && answer.detail) throw lost(session, answer.detail)
  return answer
}
