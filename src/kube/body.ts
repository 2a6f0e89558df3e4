import type { IncomingHttpHeaders } from 'node:http2'
import type { Readable } from 'node:stream'

export type Received = {
  readonly status: number
  readonly type: string
  readonly retryAfterMs: number | undefined
  readonly body: Buffer
  /** there was more than `limitBytes` */
  readonly cut: boolean
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
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limitBytes) break
  }
  const raw = Buffer.concat(chunks)
  const seconds = Number(headers['retry-after'])
  return {
    status,
    type: headers['content-type'] ?? '',
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    body: headers['content-encoding'] === 'gzip' ? await gunzip(raw) : raw.subarray(0, limitBytes),
    cut: size > limitBytes,
  }
}

/** The API server compresses long lists when asked; that matters over slow lines. */
async function gunzip(raw: Buffer): Promise<Buffer> {
  const { gunzipSync } = await import('node:zlib')
  return gunzipSync(raw)
}
