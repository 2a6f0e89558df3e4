import http from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { onTls } from './server.ts'

/** An API server over TLS whose answers are WebSockets; it takes the first protocol offered that it knows. */
export function onSockets(
  handle: (socket: WebSocket, request: http.IncomingMessage) => void,
  known: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
): http.Server {
  const handleProtocols = (offered: Set<string>) => [...offered].find(each => known.includes(each)) ?? false
  const sockets = new WebSocketServer({ noServer: true, handleProtocols })
  return onTls('server', () => undefined).on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, socket => handle(socket, request)),
  ) as http.Server
}

/** A server that answers every upgrade with this status. */
export function refusing(code: number, message: string): http.Server {
  const body = JSON.stringify({ kind: 'Status', message })
  const server = http.createServer()
  server.on('upgrade', (_, socket) => {
    socket.end(`HTTP/1.1 ${code} No\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  })
  return server
}

export const tell = (socket: WebSocket, channel: number, text: string | Buffer): void =>
  socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]), () => undefined)

/** What a stream gives until it ends, or until there is as much as wanted. */
export async function read(stream: Duplex, length = Number.POSITIVE_INFINITY): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    const done = () => resolve(text)
    stream.on('end', done)
    stream.on('close', done)
    stream.on('error', reject)
    stream.on('data', chunk => {
      text += chunk
      if (text.length >= length) done()
    })
  })
}

/** A kubelet's side of a port-forward: the ports on both channels of each, then what the Pod does; `seen` gets the ports asked for. */
export function kubelet(pod: (socket: WebSocket, ports: readonly string[]) => void, seen: string[][] = []) {
  return onSockets((socket, request) => {
    const ports = new URL(request.url ?? '', 'http://x').searchParams.getAll('ports')
    seen.push(ports)
    for (const [i, port] of ports.entries()) {
      const bytes = Buffer.alloc(2)
      bytes.writeUInt16LE(Number(port))
      for (const channel of [2 * i, 2 * i + 1]) tell(socket, channel, bytes)
    }
    pod(socket, ports)
  })
}

/** Each port says its number, then what it is told. */
export const echo = (socket: WebSocket, ports: readonly string[]) => {
  for (const [i, port] of ports.entries()) tell(socket, 2 * i, `${port}:`)
  socket.on('message', message => socket.send(message, () => undefined))
}
