import type { Duplex } from 'node:stream'

/**
 * GETs several paths over one connection at once, one round trip for all (RFC 9112 §9.3.2), and leaves it open.
 * Resolves with the bodies in order, whatever their status; with those so far when the stream ends. Rejects with its error.
 */
export async function getAll(stream: Duplex, paths: readonly string[]): Promise<readonly string[]> {
  stream.write(paths.map(path => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''))
  const bodies: string[] = []
  let rest = ''
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    // One character for each byte: Content-Length counts bytes.
    rest += (chunk as Buffer).toString('latin1')
    for (let next = nextBody(rest); next; next = nextBody(rest)) {
      bodies.push(next.body)
      rest = rest.slice(next.end)
    }
    if (bodies.length >= paths.length) break
  }
  return bodies
}

/** Go's net/http sends every short body with its length. */
function nextBody(text: string): { readonly body: string; readonly end: number } | undefined {
  const blank = text.indexOf('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, blank))?.[1]
  if (blank < 0 || length === undefined) return undefined
  const start = blank + 4
  const end = start + Number(length)
  return text.length < end ? undefined : { body: text.slice(start, end), end }
}
