import type { ProbeQuestion, Silence } from '../snapshot/observations.ts'
import type { Ask } from './prober.ts'
import { hostPort, mark } from './relay-corefile.ts'
import { silenceIn } from './silence.ts'

/** What the relay's log tells: how long each question took, by its ID, and why forward gave up on one. */
export interface RelayResults {
  readonly times: ReadonlyMap<number, number>
  readonly errors: (ask: Ask, question: ProbeQuestion) => Silence | undefined
}

const answered = new RegExp(`${mark} (\\d+) \\S+ ([\\d.]+)s`, 'g')

/** `plugin/errors: 2 NAME. TYPE: read udp A:p->B:53: i/o timeout`, `…: dial tcp B:53: connect: connection refused`; whole lines only. */
const failed = /plugin\/errors: \d+ (\S+?)\.? ([A-Z]+): .*?(udp|tcp) (?:\S+->)?(\S+): (.*)\n/g

/** Where a connection ends before the answer, forward says no more than this: neither the target nor the protocol. */
const ended = /plugin\/errors: \d+ (\S+?)\.? ([A-Z]+): EOF\n/g

/**
 * Reads the relay's log. A SERVFAIL that the target sent has no line of the errors plugin; one that forward made up, because the
 * target gave no answer, has: that is what keeps the two apart.
 */
export function relayResults(log: string): RelayResults {
  const times = new Map([...log.matchAll(answered)].map(m => [Number(m[1]), Number(m[2]) * 1000] as const))
  const errors = new Map<string, Silence>()
  for (const [, name = '', type, protocol, target, words = ''] of log.matchAll(failed)) {
    errors.set(`${name.toLowerCase()} ${type} ${protocol} ${target}`, reasonOf(words))
  }
  for (const [, name = '', type] of log.matchAll(ended)) errors.set(`${name.toLowerCase()} ${type} tcp`, 'closed')
  return {
    times,
    errors: ({ to, protocol }, { name, type }) => {
      const key = `${name.toLowerCase()} ${type}`
      const target = hostPort(to.address, to.port)
      // What was truncated over UDP is asked for again over TCP (plugin/forward: prefer_udp).
      const ways = protocol === 'udp' ? [`udp ${target}`, `tcp ${target}`] : [`tcp ${target}`, 'tcp']
      return ways.map(way => errors.get(`${key} ${way}`)).find(error => error !== undefined)
    },
  }
}

const reasonOf = (words: string): Silence => silenceIn(words) ?? 'closed'
