import type { Duplex } from 'node:stream'
import { type Answer, queryStream } from '../dns/query.ts'
import type { Observation, ProbeQuestion, ProbeResult } from '../snapshot/observations.ts'
import { readLog } from './logs.ts'
import { lost, onPort } from './open-port.ts'
import type { Ask, ProbeContainer, Session } from './prober.ts'

/** dnsmasq that passes TCP questions on to one target, at a port of the Pod's loopback. */
export interface TcpRelay {
  readonly ask: Ask
  readonly container: string
  readonly port: number
}

/** Less than the five seconds that dnsmasq waits for a connection (2.90, config.h: TCP_TIMEOUT). */
const timeoutMs = 3000

/**
 * The container of a relay. Everything is a flag, and no file is read or written: it runs as any user with a read-only root.
 * A question that comes in over TCP leaves over TCP, and over nothing else (2.90, forward.c: tcp_request).
 */
export const relayContainer = ({ ask, container, port }: TcpRelay, image: string): ProbeContainer => ({
  name: container,
  image,
  command: [
    '/usr/sbin/dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--no-resolv',
    '--no-hosts',
    '--cache-size=0',
    '--no-negcache',
    '--log-queries',
    '--log-facility=-',
    '--bind-interfaces',
    '--listen-address=127.0.0.1',
    `--port=${port}`,
    `--server=${ask.to.address}#${ask.to.port}`,
  ],
})

interface Asked {
  readonly question: ProbeQuestion
  readonly answer: Answer
}

/**
 * Puts the questions of a relay. A target that refuses, ends the connection or cannot be reached is `closed`: dnsmasq does not
 * tell these apart. The times are as seen from here. Rejects with a RequestError when the Pod cannot be talked to.
 */
export async function askThroughDnsmasq(session: Session, relay: TcpRelay): Promise<readonly Observation[]> {
  const asked = await putAll(session, relay)
  const forwarded = await forwardedNames(session, relay, asked)
  const { node, from } = session
  return asked.map(({ question, answer }) => ({
    node,
    from,
    to: relay.ask.to,
    protocol: 'tcp',
    question,
    result: resultOf(answer, forwarded.has(question.name)),
  }))
}

/**
 * Who does not answer the first question is not asked the rest. Behind a later question without an answer the connection is
 * blocked: those that are left get connections of their own.
 */
async function putAll(session: Session, relay: TcpRelay): Promise<readonly Asked[]> {
  const { questions } = relay.ask
  const put = await putInOrder(session, relay, questions)
  const dead = put.length === 1 ? put.find(isSilent) : undefined
  // A connection between here and the Pod ends in the same way, but hardly twice.
  if (dead && isClosed(dead)) return putInOrder(session, relay, [dead.question])
  if (dead) return put
  const left = questions.slice(put.length)
  return [...put, ...(await Promise.all(left.map(question => putInOrder(session, relay, [question])))).flat()]
}

/** One after the other over one connection, until the first that gets no answer. */
async function putInOrder(
  session: Session,
  relay: TcpRelay,
  questions: readonly ProbeQuestion[],
): Promise<readonly Asked[]> {
  return onPort(session, relay.port, async stream => {
    const asked: Asked[] = []
    for (const question of questions) {
      const answer = await put(session, stream, question)
      if (answer === null) return null
      asked.push({ question, answer })
      if ('silence' in answer) break
    }
    return asked
  })
}

const isSilent = ({ answer }: Asked): boolean => 'silence' in answer
const isClosed = ({ answer }: Asked): boolean => 'silence' in answer && answer.silence === 'closed'

/** Null when dnsmasq does not listen yet. A connection that ends without a word is one that dnsmasq ended. */
async function put(session: Session, stream: Duplex, { name, type }: ProbeQuestion): Promise<Answer | null> {
  const answer = await queryStream(stream, name, type, { timeoutMs })
  if (!('silence' in answer)) return answer
  if (answer.silence === 'refused') return null
  if (answer.silence === 'closed' && answer.detail) throw lost(session, answer.detail)
  return answer
}

/**
 * The names that dnsmasq passed on, of those that were answered REFUSED: until 2.85 it gives that answer itself when it gets no
 * connection (forward.c: "no connections made"), later it ends the connection.
 */
async function forwardedNames(
  session: Session,
  relay: TcpRelay,
  asked: readonly Asked[],
): Promise<ReadonlySet<string>> {
  const names = asked.flatMap(({ question, answer }) =>
    'rcode' in answer && answer.rcode === 'REFUSED' ? [question.name] : [],
  )
  if (names.length === 0) return new Set()
  const isForwarded = (log: string, name: string) => log.includes(` forwarded ${name} to `)
  const log = await readLog(session, relay.container, text => names.every(name => isForwarded(text, name)))
  return new Set(names.filter(name => isForwarded(log, name)))
}

function resultOf(answer: Answer, wasForwarded: boolean): ProbeResult {
  if ('silence' in answer) return { silence: answer.silence, ms: answer.ms }
  if (answer.rcode === 'REFUSED' && !wasForwarded) return { silence: 'closed', ms: answer.ms }
  return { rcode: answer.rcode, answers: answer.answers, ms: answer.ms }
}
