import { sameAddress } from '../dns/address.ts'
import type { Pod } from './objects.ts'
import type { Evidence, PodAnswer } from './snapshot.ts'

/** What is wrong with an answer, as words for a sentence; null when it is right. */
export function faultOf({ question, result }: PodAnswer): string | null {
  if ('silence' in result) return silenceText(result.silence, result.ms)
  if (result.rcode !== 'NOERROR') return `${result.rcode}${result.ms >= 1000 ? ` after ${seconds(result.ms)}` : ''}`
  if (question.expected.length === 0) return result.answers.length > 0 ? null : 'an empty answer'
  if (result.answers.some(a => question.expected.some(e => sameAddress(a, e)))) return null
  return result.answers.length > 0
    ? `${result.answers.join(', ')} instead of ${question.expected.join(' or ')}`
    : 'an empty answer'
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function silenceText(silence: 'timeout' | 'closed' | 'refused', ms: number): string {
  if (silence === 'timeout') return `no answer within ${seconds(ms)}`
  return silence === 'refused' ? 'a refused connection' : 'a closed connection and no answer'
}

export interface FailedQuestion {
  readonly name: string
  readonly how: string
  readonly pods: readonly Pod[]
  readonly answers: readonly PodAnswer[]
}

/** The wrong answers of one scope, Pods together that fail in the same way for the same name. */
export function failures(
  evidence: Pick<Evidence, 'answers' | 'pods'>,
  scope: PodAnswer['question']['scope'],
): readonly FailedQuestion[] {
  const failed = evidence.answers.flatMap(answer => {
    const how = answer.question.scope === scope ? faultOf(answer) : null
    return how === null ? [] : [{ answer, how }]
  })
  // The time differs from Pod to Pod, so it does not tell failures apart.
  const groups = Map.groupBy(failed, f => `${f.answer.question.name} ${f.how.replace(/[\d.]+ s$/, '')}`)
  return [...groups.values()].map(group => ({
    name: group[0]?.answer.question.name ?? '',
    how: group[0]?.how ?? '',
    pods: evidence.pods.filter(p => group.some(f => f.answer.pod === p.metadata.name)),
    answers: group.map(f => f.answer),
  }))
}

/** The answers as evidence lines. */
export const answerLines = (answers: readonly PodAnswer[]) =>
  answers.map(a => ({
    source: `${a.pod}, asked over TCP`,
    text: `${a.question.name} ${a.question.type}: ${faultOf(a) ?? 'right'}`,
  }))

/** True when these Pods were asked for names of the outside and gave the right answer to every one. */
export function resolveExternal(pods: readonly Pod[], answers: readonly PodAnswer[]): boolean {
  const own = externalOf(pods, answers)
  return own.length > 0 && own.every(a => faultOf(a) === null)
}

/** True when each of these Pods gave a right answer for some name of the outside: its upstreams are reached. */
export const resolveSomeExternal = (pods: readonly Pod[], answers: readonly PodAnswer[]): boolean =>
  pods.every(pod => externalOf([pod], answers).some(a => faultOf(a) === null))

/** What these Pods were asked of the outside, and how it ended. */
export function externalOf(pods: readonly Pod[], answers: readonly PodAnswer[]): readonly PodAnswer[] {
  const names = new Set(pods.map(p => p.metadata.name))
  return answers.filter(a => a.question.scope === 'external' && names.has(a.pod))
}
