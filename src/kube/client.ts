import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { Config } from './config.ts'
import type { Notify } from './exec.ts'
import { jsonOf } from './json.ts'
import type { ExecResult } from './pod-exec.ts'
import type { WatchEvent } from './watch.ts'
import { ask, openWire, type RequestOptions, type Wire } from './wire.ts'

export type { ExecResult, RequestOptions, WatchEvent }

/**
 * All that the program can do to a cluster. Rejects with a RequestError; with an ExpectedError when there are no credentials.
 * What is asked for without a signal goes on until `close`, whatever happens to the signals of others.
 */
export interface Client {
  readonly server: string
  readonly context: string
  readonly namespace: string
  /** requests sent so far, retries included; a WebSocket counts one */
  requests(): number
  get<T>(path: string, options?: RequestOptions): Promise<T>
  text(path: string, options?: RequestOptions): Promise<string>
  post<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>
  /**
   * replaces a whole object; with a resourceVersion in it only that very state, else `conflict`. Sent again, as `post` is, only
   * where the server says that it did nothing: it was too busy, or on its way down
   */
  put<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>
  /** `body` is a DeleteOptions of Kubernetes: gracePeriodSeconds, preconditions */
  delete(path: string, body?: unknown, options?: RequestOptions): Promise<void>
  /**
   * The events of a path that asks for them (`watch=1`), as they come. Resolves when the server ends the watch, or when the
   * signal aborts after its start; has no time limit once it has started.
   */
  watch<T>(path: string, onEvent: (event: WatchEvent<T>) => void, signal: AbortSignal): Promise<void>
  /** a byte stream to a TCP port in the Pod, reached on its loopback */
  forward(namespace: string, pod: string, port: number, signal?: AbortSignal): Promise<Duplex>
  /** as `forward`, a stream for each port, in order; they share a connection, but each fails and closes by itself */
  forwards(namespace: string, pod: string, ports: readonly number[], signal?: AbortSignal): Promise<readonly Duplex[]>
  /** what a command in a container printed, and its exit code; default limits are 60 s and 4 MiB */
  exec(
    namespace: string,
    pod: string,
    container: string,
    command: readonly string[],
    options?: RequestOptions,
  ): Promise<ExecResult>
  /** ends everything under way; nothing keeps the process alive afterwards */
  close(): void
}

/** Makes a client; nothing is sent before its first request. `notify` gets what a credential plugin says on stderr. */
export function createClient(config: Config, notify: Notify = () => undefined): Client {
  const wire = openWire(config, notify)
  return {
    server: shown(config.server),
    context: config.context,
    namespace: config.namespace,
    requests: () => wire.sent,
    close: () => wire.closed.abort(),
    ...requestsOver(wire),
    ...streamingOver(wire),
  }
}

function requestsOver(wire: Wire): Pick<Client, 'get' | 'text' | 'post' | 'put' | 'delete'> {
  return {
    get: async (path, options) => jsonOf(path, await ask(wire, { method: 'GET', path, accept }, options)),
    text: async (path, options) => {
      const { body } = await ask(wire, { method: 'GET', path, accept: '*/*' }, options)
      // A cut may fall inside a character; the decoder keeps such an end back.
      return new StringDecoder('utf8').write(body)
    },
    post: (path, value, options) => sendObject(wire, 'POST', path, value, options),
    put: (path, value, options) => sendObject(wire, 'PUT', path, value, options),
    delete: async (path, value, options) => {
      const body = value === undefined ? undefined : JSON.stringify(value)
      await ask(wire, { method: 'DELETE', path, body, accept }, options)
    },
  }
}

async function sendObject<T>(
  wire: Wire,
  method: 'POST' | 'PUT',
  path: string,
  value: unknown,
  options: RequestOptions | undefined,
): Promise<T> {
  const body = JSON.stringify(value)
  return jsonOf(path, await ask(wire, { method, path, body, accept }, options))
}

/** Not every run needs these: their code is loaded when they are asked for. */
function streamingOver(wire: Wire): Pick<Client, 'watch' | 'forward' | 'forwards' | 'exec'> {
  const forwards: Client['forwards'] = async (namespace, pod, ports, signal) => {
    const { openForwards } = await import('./portforward.ts')
    return openForwards(wire, { namespace, pod, ports }, signal)
  }
  return {
    watch: async (path, onEvent, signal) => {
      const { watchOver } = await import('./watch.ts')
      return watchOver(wire, path, onEvent, signal)
    },
    forward: async (namespace, pod, port, signal) => {
      const [stream] = await forwards(namespace, pod, [port], signal)
      return stream as Duplex
    },
    forwards,
    exec: async (namespace, pod, container, command, options) => {
      const { execOver } = await import('./pod-exec.ts')
      return execOver(wire, { namespace, pod, container, command }, options)
    },
  }
}

const accept = 'application/json'

/** Without a name and password in it: this is printed and saved. */
function shown(server: URL): string {
  const url = new URL(server)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}
