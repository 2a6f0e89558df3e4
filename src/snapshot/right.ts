import { sameAddress } from '../dns/address.ts'
import type { Observation, Probe, ProbeQuestion, ProbeResult, Prober, Silence } from './observations.ts'

/**
 * `wrong`: none of the expected answers; `empty`: NOERROR without an answer; `failed`: another rcode than NOERROR, or a reply
 * of which no more is known; `silent`: no reply at all.
 */
export type Outcome = 'right' | 'wrong' | 'empty' | 'failed' | 'silent'

/** True when no reply came. `unknown` is a reply: one without records, of which the sidecar's prober tells no more. */
export const isSilence = (result: ProbeResult): boolean => 'silence' in result && result.silence !== 'unknown'

type Asked = Pick<Observation, 'question' | 'result' | 'protocol'>

/** Whether an answer is right. The sidecar's prober counts answers over UDP without showing them: there NOERROR is enough. */
export function judge({ question, result, protocol }: Asked, prober?: Prober): Outcome {
  if ('silence' in result) return isSilence(result) ? 'silent' : 'failed'
  if (result.rcode !== 'NOERROR') return 'failed'
  if (result.answers.length === 0) return prober === 'sidecar' && protocol === 'udp' ? 'right' : 'empty'
  return holdsExpected(result.answers, question.expected) ? 'right' : 'wrong'
}

/** Judges observations that these probes made. */
export function judgeOf(probes: readonly Probe[]): (observation: Observation) => Outcome {
  const probers = new Map(probes.map(p => [`${p.from} ${p.node}`, p.prober]))
  return o => judge(o, probers.get(`${o.from} ${o.node}`))
}

const holdsExpected = (answers: readonly string[], expected: readonly string[]): boolean =>
  expected.length === 0 || answers.some(a => expected.some(e => sameAddress(plainName(a), plainName(e))))

/** Names are the same in any case, and with or without the final dot (RFC 4343, RFC 1034 §3.1). */
const plainName = (text: string): string => text.toLowerCase().replace(/\.$/, '')

/** How a question was answered, or how it was not, as words for a sentence: `SERVFAIL after 2.0 s`. */
export function howText(result: ProbeResult, question?: ProbeQuestion): string {
  if ('silence' in result) return silenceText[result.silence](result.ms)
  if (result.rcode !== 'NOERROR') return `${result.rcode}${result.ms >= 1000 ? ` after ${seconds(result.ms)}` : ''}`
  if (result.answers.length === 0) return 'an empty answer'
  const expected = question?.expected ?? []
  const got = result.answers.join(', ')
  return holdsExpected(result.answers, expected) ? got : `${got} instead of ${expected.join(' or ')}`
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const silenceText: { readonly [S in Silence]: (ms: number) => string } = {
  timeout: ms => `no answer within ${seconds(ms)}`,
  refused: () => 'a refused connection',
  closed: () => 'a closed connection and no answer',
  unreachable: () => 'no way there (the network says that it is unreachable)',
  unknown: () => 'a reply without records',
}
