/** The part of `ws` that port-forward and exec use; the package brings no types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'

  export type ClientOptions = RequestOptions & { perMessageDeflate?: boolean }

  export class WebSocket extends EventEmitter {
    readonly readyState: 0 | 1 | 2 | 3
    constructor(address: string, protocols: readonly string[], options: ClientOptions)
    on(event: 'open', listener: () => void): this
    on(event: 'message', listener: (data: Buffer, binary: boolean) => void): this
    on(event: 'close', listener: (code: number, reason: Buffer) => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'unexpected-response', listener: (request: ClientRequest, response: IncomingMessage) => void): this
    send(data: Buffer, done: (error?: Error) => void): void
    pause(): void
    resume(): void
    terminate(): void
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: { noServer: true; handleProtocols?: (protocols: Set<string>) => string | false })
    handleUpgrade(
      request: IncomingMessage,
      socket: import('node:stream').Duplex,
      head: Buffer,
      done: (socket: WebSocket) => void,
    ): void
  }
}
