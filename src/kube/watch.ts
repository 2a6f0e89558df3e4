import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { chunksOf } from './body.ts'
import { RequestError } from './failures.ts'
import { parse } from './json.ts'
import { Interrupted, networkError } from './network.ts'
import { ask, type Wire } from './wire.ts'

/** Source: k8s.io/apimachinery, pkg/watch. The object of an ERROR is a Status, that of a BOOKMARK only a resource version. */
export type WatchEvent<T> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

/**
 * Hands on the events of a watch. Resolves when the server ends it, or when `signal` aborts after its start.
 * Rejects with a RequestError when the server refuses it or the connection breaks, and with what `onEvent` throws.
 */
export async function watchOver<T>(
  wire: Wire,
  path: string,
  onEvent: (event: WatchEvent<T>) => void,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = await ask(wire, { method: 'GET', path, accept: 'application/json', streamed: true }, { signal })
  const end = () => stream.destroy()
  for (const each of [signal, wire.closed.signal]) {
    each.addEventListener('abort', end, { once: true })
    if (each.aborted) end()
  }
  try {
    for await (const line of linesOf(stream, path, wire.closed.signal, signal)) {
      if (signal.aborted) break
      onEvent(eventOf(line, path))
    }
  } finally {
    for (const each of [signal, wire.closed.signal]) each.removeEventListener('abort', end)
  }
}

/** The lines of a body, whole, however it was split; ends early with `signal`. */
async function* linesOf(
  stream: Readable,
  path: string,
  closed: AbortSignal,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const chunk of chunksOf(stream)) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    closed.throwIfAborted()
  } catch (cause) {
    if (signal.aborted) return
    throw networkError(closed.aborted ? new Interrupted('interrupted') : cause, path)
  }
  if (rest !== '') yield rest
}

function eventOf<T>(line: string, path: string): WatchEvent<T> {
  const event = parse(line) as Partial<WatchEvent<T>> | null | undefined
  if (typeof event?.type === 'string' && event.object) return event as WatchEvent<T>
  throw new RequestError('server', 'a line of the watch is no event', { path })
}
