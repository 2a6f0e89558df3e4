import type { Duplex } from 'node:stream'
import { type DecodedPacket, RECURSION_DESIRED, type RecordType, streamEncode } from 'dns-packet'
import { reader } from './frames.ts'

export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED' | (string & {})
/** `refused`: nothing listens at the port; `closed`: the connection ended before the answer; `timeout`: nothing came. */
export type Silence = 'timeout' | 'closed' | 'refused'

export type Answer =
  | {
      readonly rcode: Rcode
      /** the records of the type asked for, as text: addresses, names, `target:port` of SRV */
      readonly answers: readonly string[]
      readonly authoritative: boolean
      readonly truncated: boolean
      readonly ms: number
    }
  | { readonly silence: Silence; readonly ms: number; readonly detail?: string }

export type QueryOptions = {
  readonly timeoutMs: number
  readonly id?: number
  /** milliseconds, only differences count */
  readonly clock?: () => number
}

/**
 * Asks one question over a byte stream, framed as RFC 1035 §4.2.2 wants for TCP (two bytes of length).
 * Never rejects: a stream that fails is an answer too. Several questions may follow each other on one stream; an answer that
 * comes too late for its question is passed over by the next.
 */
export function queryStream(stream: Duplex, name: string, type: RecordType, options: QueryOptions): Promise<Answer> {
  const clock = options.clock ?? (() => performance.now())
  const id = options.id ?? Math.floor(Math.random() * 0x10000)
  const question = { name: name.replace(/\.$/, ''), type }
  const started = clock()
  const asked = streamEncode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [question] })
  const wanted: Wanted = reply => isAnswerTo(reply, id, question)
  return converse(stream, asked, wanted, options.timeoutMs).then(outcome => {
    const told = 'flag_qr' in outcome ? outcomeOf(outcome, type) : outcome
    return { ...told, ms: clock() - started }
  })
}

/** Writes a question and waits for the reply that is wanted, or for the reason why none comes. */
function converse(stream: Duplex, asked: Buffer, wanted: Wanted, timeoutMs: number): Promise<Outcome> {
  if (stream.destroyed || stream.readableEnded) return Promise.resolve(broken(stream.errored, undefined))
  const read = reader(wanted)
  return new Promise(resolve => {
    const settle = (outcome: Outcome | undefined) => {
      if (!outcome) return
      clearTimeout(timer)
      detach()
      // What follows the answer belongs to the next question.
      if (read.rest.length > 0 && !stream.readableEnded && !stream.destroyed) stream.unshift(read.rest)
      resolve(outcome)
    }
    const detach = attach(stream, {
      data: (chunk: Buffer) => settle(read.take(chunk)),
      end: () => settle(silence('closed', read.waste())),
      close: () => settle(broken(stream.errored, read.waste())),
      error: (error: Error) => settle(broken(error, read.waste())),
    })
    const timer = setTimeout(() => settle(silence('timeout', read.waste())), timeoutMs)
    stream.write(asked)
  })
}

/** Listens, and gives the way back: without listeners and paused, so that no byte is lost for the next question. */
function attach(stream: Duplex, listeners: object): () => void {
  const entries = Object.entries(listeners)
  for (const [event, listener] of entries) stream.on(event, listener)
  stream.resume()
  return () => {
    for (const [event, listener] of entries) stream.off(event, listener)
    stream.pause()
  }
}

type Question = { readonly name: string; readonly type: RecordType }
type Wanted = (reply: DecodedPacket) => boolean
type Outcome = DecodedPacket | Silent
type Silent = Omit<Extract<Answer, { silence: unknown }>, 'ms'>
type Told = Omit<Extract<Answer, { rcode: unknown }>, 'ms'>

/** FORMERR and the like may come without the question. */
function isAnswerTo(reply: DecodedPacket, id: number, question: Question): boolean {
  if (!reply.flag_qr || reply.id !== id) return false
  const asked = reply.questions?.[0]
  return !asked || (asked.type === question.type && asked.name.toLowerCase() === question.name.toLowerCase())
}

const rcodes: readonly Rcode[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

function outcomeOf(reply: DecodedPacket, type: RecordType): Told {
  const code = (reply.flags ?? 0) & 0xf
  return {
    rcode: rcodes[code] ?? `RCODE${code}`,
    answers: (reply.answers ?? []).flatMap(record => (record.type === type ? [textOf(record)] : [])),
    authoritative: reply.flag_aa,
    truncated: reply.flag_tc,
  }
}

function textOf(record: NonNullable<DecodedPacket['answers']>[number]): string {
  if (record.type === 'SRV') return `${record.data.target}:${record.data.port}`
  if (record.type === 'MX') return record.data.exchange
  const data = 'data' in record ? record.data : ''
  if (typeof data === 'string' || Buffer.isBuffer(data)) return data.toString()
  return Array.isArray(data) ? data.join('') : JSON.stringify(data)
}

/** The node tells a refusal inside the Pod in words, a socket of this machine by its code. */
function broken(error: Error | null | undefined, waste: string | undefined): Silent {
  if (!error) return silence('closed', waste)
  return silence(/connection refused|ECONNREFUSED/i.test(error.message) ? 'refused' : 'closed', error.message)
}

function silence(kind: Silence, detail: string | undefined): Silent {
  return detail ? { silence: kind, detail } : { silence: kind }
}
