import { writeFileSync } from 'node:fs'
import type http from 'node:http'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import https from 'node:https'
import type net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { createClient } from '../../src/kube/client.ts'
import { type ConfigOptions, loadConfig } from '../../src/kube/config.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { data, failure, inFolder, kubeconfig, pki, surroundings } from './support.ts'

type Listening = { readonly port: number; readonly connections: () => number; readonly close: () => void }

/** Listens on a free loopback port; close ends its connections too. */
export function listen(server: net.Server): Promise<Listening> {
  const sockets = new Set<net.Socket>()
  let connections = 0
  server.on('connection', (socket: net.Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      resolve({ port, connections: () => connections, close })
    })
  })
}

export const onTls = (cert: string, handler: http.RequestListener) =>
  https.createServer({ cert: pki(`${cert}.crt`), key: pki(`${cert}.key`) }, handler)

type Serve = (handler: http.RequestListener) => https.Server

/** The same server over each version of HTTP; `node:http2` has its handlers look like those of `node:http`. */
export const versions: Readonly<Record<'HTTP/1.1' | 'HTTP/2', Serve>> = {
  'HTTP/1.1': handler => onTls('server', handler),
  'HTTP/2': handler => {
    const same = handler as unknown as Parameters<typeof createSecureServer>[1]
    return createSecureServer({ cert: pki('server.crt'), key: pki('server.key') }, same) as unknown as https.Server
  },
}

/** Ends the connection that a request came over. */
export function cut(request: http.IncomingMessage): void {
  const { stream } = request as unknown as Partial<Http2ServerRequest>
  if (stream) stream.session?.destroy()
  else request.socket.destroy()
}

type Setup = {
  readonly server: string
  readonly cluster?: readonly string[]
  readonly user?: readonly string[]
  readonly options?: ConfigOptions
  readonly env?: Record<string, string>
  readonly notify?: (text: string) => void
}

/** A client over a kubeconfig written for this one test. */
export function clientFor({ server, cluster, user, options, env, notify }: Setup) {
  return inFolder(folder => {
    const file = join(folder, 'config')
    writeFileSync(file, kubeconfig(server, cluster ?? [`certificate-authority-data: ${data('ca.crt')}`], user))
    return createClient(loadConfig({ kubeconfig: file, ...options }, surroundings(folder, env)), notify)
  })
}

export type TestClient = ReturnType<typeof clientFor>

/** Runs a test against a server and closes both. */
export async function against(
  server: net.Server,
  use: (client: TestClient, listening: Listening) => Promise<void>,
  setup: Partial<Setup> = {},
): Promise<void> {
  const listening = await listen(server)
  const scheme = server instanceof tls.Server ? 'https' : 'http'
  const client = clientFor({ server: `${scheme}://127.0.0.1:${listening.port}`, ...setup })
  try {
    await use(client, listening)
  } finally {
    client.close()
    listening.close()
  }
}

export const json = (response: http.ServerResponse, value: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
export const status = (message: string, code: number) => ({ kind: 'Status', status: 'Failure', message, code })

export async function rejection(ask: Promise<unknown>): Promise<RequestError> {
  const error = await failure(() => ask)
  if (error instanceof RequestError) return error
  throw error
}
