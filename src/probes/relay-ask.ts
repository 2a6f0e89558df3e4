import type { Duplex } from 'node:stream'
import { type Answer, queryStream } from '../dns/query.ts'
import type { ProbeQuestion } from '../snapshot/observations.ts'
import { lost, onPort } from './open-port.ts'
import type { Ask, Session } from './prober.ts'

/** A question as it was put, and what came back through the relay. */
export interface Asked {
  readonly ask: Ask
  readonly question: ProbeQuestion
  readonly id: number
  readonly answer: Answer
}

/** Less than the five seconds that a stub resolver waits (resolv.conf(5)), more than one lost packet costs the relay (two). */
const timeoutMs = 3000

/** A column of the matrix under way: its port, and the ID of its first question, which the log repeats. */
interface Column {
  readonly session: Session
  readonly ask: Ask
  readonly port: number
  readonly firstId: number
}

/**
 * Puts the questions of all columns side by side, those of one column one after the other: CoreDNS reads no second question
 * from a connection before the first is answered. Rejects with a RequestError when the relay cannot be reached.
 */
export async function putQuestions(session: Session, asks: readonly Ask[]): Promise<readonly Asked[]> {
  const columns = columnsOf(session, asks)
  const { client, namespace, pod, signal } = session
  const ports = columns.map(c => c.port)
  const streams = await client.forwards(namespace, pod, ports, signal)
  try {
    return (await Promise.all(columns.map((column, i) => putColumn(column, streams[i] as Duplex)))).flat()
  } finally {
    for (const stream of streams) stream.destroy()
  }
}

/** CoreDNS ends a connection after 128 questions (miekg/dns, server.go: maxTCPQueries). */
const mostOnOne = 100

function columnsOf(session: Session, asks: readonly Ask[]): readonly Column[] {
  let firstId = 1
  return asks.flatMap((ask, i) => {
    const parts = Array.from({ length: Math.ceil(ask.questions.length / mostOnOne) }, (_, part) =>
      ask.questions.slice(part * mostOnOne, (part + 1) * mostOnOne),
    )
    return parts.map(questions => {
      const column = { session, ask: { ...ask, questions }, port: session.firstPort + i, firstId }
      firstId += questions.length
      return column
    })
  })
}

/** What came over one connection; null when nothing listens at the port yet. */
type Put = readonly Asked[] | null

const putColumn = async (column: Column, stream: Duplex): Promise<readonly Asked[]> =>
  (await putOn(column, stream)) ?? onPort(column.session, column.port, again => putOn(column, again))

/** Who does not answer the first question is not asked the rest: a dead target costs one wait, not one for each name. */
async function putOn(column: Column, stream: Duplex): Promise<Put> {
  const first = await askOnce(column, 0, stream)
  if ('silence' in first.answer && first.answer.silence === 'refused') return null
  return 'silence' in first.answer ? [first] : [first, ...(await askRest(column, 1, stream))]
}

/** Behind a question that got no answer the connection is blocked: those that are left get connections of their own. */
async function askRest(column: Column, at: number, stream: Duplex): Promise<readonly Asked[]> {
  if (at >= column.ask.questions.length) return []
  const asked = await askOnce(column, at, stream)
  if (!('silence' in asked.answer)) return [asked, ...(await askRest(column, at + 1, stream))]
  const left = column.ask.questions.map((_, i) => i).slice(at + 1)
  if (left.length === 0) return [asked]
  const { client, namespace, pod, signal } = column.session
  const ports = left.map(() => column.port)
  const streams = await client.forwards(namespace, pod, ports, signal)
  try {
    return [asked, ...(await Promise.all(left.map((i, nth) => askOnce(column, i, streams[nth] as Duplex))))]
  } finally {
    for (const own of streams) own.destroy()
  }
}

/** A relay that listens always answers or keeps silent: a connection that ends was ended between here and there. */
async function askOnce(column: Column, at: number, stream: Duplex): Promise<Asked> {
  const question = column.ask.questions[at] as ProbeQuestion
  const id = column.firstId + at
  const answer = await queryStream(stream, question.name, question.type, { timeoutMs, id })
  column.session.signal.throwIfAborted()
  if ('silence' in answer && answer.silence === 'closed')
    throw lost(column.session, answer.detail ?? 'the connection was closed')
  return { ask: column.ask, question, id, answer }
}
