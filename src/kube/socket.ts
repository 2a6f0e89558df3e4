import net from 'node:net'
import tls from 'node:tls'
import { ExpectedError } from '../errors.ts'
import type { Config } from './config.ts'
import type { Credentials } from './credentials.ts'
import { bare, proxyFor, tunnel } from './proxy.ts'

/** Opens connections to the API server, ready for HTTP. */
export type Way = {
  readonly open: (protocols: readonly string[]) => Promise<net.Socket | tls.TLSSocket>
  /** true once a TCP connection stood; then silence is the server's, not the network's */
  readonly reached: () => boolean
}

/** Opens nothing yet. Every socket ends with the signal. */
export function wayTo(config: Config, credentials: Credentials, signal: AbortSignal): Way {
  const { server } = config
  const proxy = proxyFor(config)
  const host = bare(server.hostname)
  const port = Number(server.port || (server.protocol === 'https:' ? 443 : 80))
  const material = server.protocol === 'https:' ? tlsOptions(config, credentials) : undefined
  const state: { reached: boolean; session: Buffer | undefined } = { reached: false, session: undefined }
  const open: Way['open'] = async protocols => {
    const socket = proxy ? await tunnel(proxy, host, port, signal) : await connectTcp(host, port, signal)
    state.reached = true
    endWith(socket, signal)
    if (!material) return socket
    const options = { ...material, socket, host, ALPNProtocols: [...protocols], session: state.session }
    return handshake(options, session => {
      state.session = session
    })
  }
  return { open, reached: () => state.reached }
}

function connectTcp(host: string, port: number, signal: AbortSignal): Promise<net.Socket> {
  const socket = net.connect({ host, port, noDelay: true, keepAlive: true })
  endWith(socket, signal)
  return ready(socket, 'connect')
}

/** A session that the server gave once makes the next handshake cheaper. */
function handshake(options: tls.ConnectionOptions, keep: (session: Buffer) => void): Promise<tls.TLSSocket> {
  const socket = tls.connect(options)
  socket.on('session', keep)
  return ready(socket, 'secureConnect')
}

function ready<T extends net.Socket>(socket: T, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    // Whoever uses the socket listens for itself; in between an error must not end the program.
    socket.on('error', () => undefined)
    const closed = () => reject(Object.assign(new Error('closed before it was open'), { code: 'ECONNRESET' }))
    socket.once('error', reject)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('error', reject)
      socket.off('close', closed)
      resolve(socket)
    })
  })
}

function endWith(socket: net.Socket, signal: AbortSignal): void {
  const end = () => socket.destroy()
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', end))
}

function tlsOptions({ tls: material, server }: Config, own: Credentials): tls.ConnectionOptions {
  const { ca, cert, key, servername, rejectUnauthorized } = material
  const host = bare(server.hostname)
  return {
    secureContext: secureContext({
      ca: rejectUnauthorized ? (ca ?? systemAuthorities()) : undefined,
      cert: own.cert ?? cert,
      key: own.key ?? key,
    }),
    rejectUnauthorized,
    servername: servername ?? (net.isIP(host) ? '' : host),
  }
}

function secureContext(options: tls.SecureContextOptions): tls.SecureContext {
  try {
    // Go trusts whatever certificate its pool holds; OpenSSL by itself only one that signed itself.
    return tls.createSecureContext({ ...options, allowPartialTrustChain: true })
  } catch (cause) {
    throw new ExpectedError(`The certificates for this cluster cannot be used: ${(cause as Error).message}`, {
      code: 'certificate-invalid',
      hint: 'Fetch the kubeconfig for this cluster again, or log in again if a plugin gives the certificate',
      cause,
    })
  }
}

/** Without a CA in the kubeconfig kubectl trusts what the system trusts; Node by itself only the list it was built with. */
function systemAuthorities(): string[] | undefined {
  return tls.getCACertificates ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')] : undefined
}
