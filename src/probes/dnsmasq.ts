import type { Answer } from '../dns/query.ts'
import type { Observation, ProbeResult } from '../snapshot/observations.ts'
import { type Asked, ownName, putQuestions, type TcpRelay } from './dnsmasq-ask.ts'
import { readLog } from './logs.ts'
import type { ProbeContainer, Resources, Session } from './prober.ts'

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
    `--txt-record=${ownName},here`,
    '--bind-interfaces',
    '--listen-address=127.0.0.1',
    `--port=${port}`,
    `--server=${ask.to.address}#${ask.to.port}`,
  ],
  resources,
})

/**
 * There is one for each target. dnsmasq itself takes 5 MB, of which 0.5 are its own (2.90, without a cache). The limit is for runc,
 * which counts against it at the start: with a copy of its program 23 MB were seen (opencontainers/runc#3986).
 */
const resources: Resources = { requests: { cpu: '2m', memory: '4Mi' }, limits: { cpu: '100m', memory: '32Mi' } }

/**
 * Puts the questions of a relay. A target that refuses, ends the connection or cannot be reached is `closed`: dnsmasq does not
 * tell these apart. Rejects with a RequestError when the Pod cannot be talked to.
 */
export async function askThroughDnsmasq(session: Session, relay: TcpRelay): Promise<readonly Observation[]> {
  const asked = await putQuestions(session, relay)
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
 * The names that dnsmasq passed on, of those that were answered REFUSED: a dnsmasq that gets no connection gives this answer itself
 * in older releases (forward.c: "no connections made"); 2.90 ends the connection instead.
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
