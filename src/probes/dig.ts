import type { Silence } from '../snapshot/observations.ts'
import { silenceIn } from './silence.ts'

/** What a tool's output says; the time only where the tool tells it. */
export type Said =
  | { readonly rcode: string; readonly answers: readonly string[]; readonly ms?: number }
  | { readonly silence: Silence }

/**
 * Reads dig's output for one question (BIND 9, bin/dig/dig.c and dighost.c): the records of the type asked for, names without the
 * final dot. Undefined when it is no output of dig.
 */
export function parseDig(text: string, type: string): Said | undefined {
  const rcode = /->>HEADER<<-.*\bstatus: (\w+)/.exec(text)?.[1]
  if (rcode) {
    const ms = /^;; Query time: (\d+) msec/m.exec(text)?.[1]
    return { rcode, answers: answersIn(text, type), ...(ms === undefined ? {} : { ms: Number(ms) }) }
  }
  const silence = silenceIn(text)
  return silence ? { silence } : undefined
}

function answersIn(text: string, type: string): readonly string[] {
  const [, section = ''] = /^;; ANSWER SECTION:\n((?:.+\n?)+)/m.exec(text) ?? []
  return section.split('\n').flatMap(line => {
    const [, , , recordType, data] = line.split(/\s+/)
    return recordType === type && data ? [data.replace(/\.$/, '')] : []
  })
}
