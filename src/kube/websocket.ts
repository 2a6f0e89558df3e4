import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import { collect } from './body.ts'
import { type Asked, type RequestError, statusError } from './failures.ts'
import { requestOptions } from './http.ts'
import { limited } from './limited.ts'
import { networkError } from './network.ts'
import type { Transport } from './transport.ts'
import { limitsOf, type Wire } from './wire.ts'

/**
 * Opens a WebSocket to the API server with the first of `protocols` that it knows. It is paused: what arrives before somebody
 * listens must wait. Rejects with a RequestError when the server refuses. `signal` counts only until it is open.
 */
export async function openSocket(
  wire: Wire,
  path: string,
  protocols: readonly string[],
  signal: AbortSignal | undefined,
): Promise<WebSocket> {
  const transport = await wire.transport()
  wire.sent++
  // The verb that counts is `create`, whatever the handshake is.
  const asked: Asked = { method: 'POST', path }
  const run = (own: AbortSignal) => connect(transport, asked, protocols, own)
  return limited(limitsOf(wire, transport, { signal }), run).catch(cause => {
    throw networkError(cause, path)
  })
}

async function connect(
  transport: Transport,
  asked: Asked,
  protocols: readonly string[],
  signal: AbortSignal,
): Promise<WebSocket> {
  const { WebSocket } = await import('ws')
  const { agent, headers, path } = requestOptions(transport, asked.path)
  const address = transport.server.origin.replace(/^http/, 'ws') + path
  return opened(new WebSocket(address, protocols, { agent, headers, perMessageDeflate: false }), asked, signal)
}

function opened(socket: WebSocket, asked: Asked, signal: AbortSignal): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      socket.terminate()
      reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('open', () => {
      socket.pause()
      signal.removeEventListener('abort', giveUp)
      resolve(socket)
    })
    socket.on('error', reject)
    socket.on('unexpected-response', (request, response) => {
      refusal(asked, response)
        .then(reject, reject)
        .finally(() => request.destroy())
    })
  })
}

/** What a server says that opens no WebSocket. */
async function refusal(asked: Asked, response: IncomingMessage): Promise<RequestError> {
  const received = await collect(response, response.statusCode, response.headers, 4096)
  return statusError(asked, { ...received, body: received.body.toString() })
}
