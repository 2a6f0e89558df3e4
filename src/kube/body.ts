import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import type { Readable } from 'node:stream'

export type Received = {
  readonly status: number
  readonly type: string
  readonly retryAfterMs: number | undefined
  readonly body: Buffer
  /** there was more than `limitBytes` */
  readonly cut: boolean
  /** where a streamed body comes from; read to its end or given up for any other */
  readonly stream: Readable
}

/** Errors are read as far as this, whatever the limit for the data. */
const errorBytes = 64 * 1024

/** Reads a body up to a limit; beyond it the stream is given up. */
export async function collect(
  stream: Readable,
  status = 0,
  headers: IncomingHttpHeaders,
  limit = Number.POSITIVE_INFINITY,
): Promise<Received> {
  const limitBytes = status < 300 ? limit : Math.max(limit, errorBytes)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(stream)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limitBytes) break
  }
  const raw = Buffer.concat(chunks)
  const body = headers['content-encoding'] === 'gzip' ? await gunzip(raw) : raw.subarray(0, limitBytes)
  return { ...headOf(stream, status, headers), body, cut: size > limitBytes }
}

/** The parts of a body as they come. Throws when it ends before its end: to Node a lost HTTP/2 connection is an end too. */
export async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  yield* stream as AsyncIterable<Buffer>
  const { rstCode = 0 } = stream as Partial<ClientHttp2Stream>
  if (rstCode === 0) return
  throw Object.assign(new Error('the connection was closed in the middle of the answer'), { code: 'ECONNRESET' })
}

/** An answer whose body the caller reads while it comes. */
export function headOf(stream: Readable, status = 0, headers: IncomingHttpHeaders): Received {
  const seconds = Number(headers['retry-after'])
  return {
    status,
    type: headers['content-type'] ?? '',
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    body: Buffer.alloc(0),
    cut: false,
    stream,
  }
}

/** The API server compresses long lists when asked; that matters over slow lines. */
async function gunzip(raw: Buffer): Promise<Buffer> {
  const { gunzipSync } = await import('node:zlib')
  return gunzipSync(raw)
}
