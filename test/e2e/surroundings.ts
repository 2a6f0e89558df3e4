import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectl } from '../cluster/api.ts'
import { listen } from '../kube/server.ts'

/** A kubeconfig as far as these tests take it apart. */
export interface Config {
  readonly 'current-context': string
  readonly contexts: readonly { readonly name: string; readonly context: object }[]
  readonly clusters: readonly {
    readonly name: string
    readonly cluster: Record<string, unknown> & { server: string }
  }[]
  readonly users: readonly { readonly name: string; readonly user: Record<string, unknown> }[]
}

/** A folder of files that are gone afterwards. */
export function files(): {
  readonly folder: string
  write(name: string, text: string | object): string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'dnsfix-e2e-'))
  return {
    folder,
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text))
      // Plugins among them are run.
      chmodSync(path, 0o755)
      return path
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** The administrator's kubeconfig. */
export const adminConfig = async (): Promise<Config> =>
  JSON.parse(await kubectl(['config', 'view', '--raw', '-o', 'json']))

/** The same with another user, or with something else in the cluster. */
export const changed = (config: Config, user: object, cluster: object = {}): object => ({
  ...config,
  users: config.users.map(({ name }) => ({ name, user })),
  clusters: config.clusters.map(each => ({ ...each, cluster: { ...each.cluster, ...cluster } })),
})

export interface Proxy {
  readonly url: string
  /** the hosts and ports that a way was asked to */
  readonly targets: readonly string[]
  close(): void
}

/** An HTTP proxy on this machine that opens a way to wherever it is asked to. */
export async function proxy(): Promise<Proxy> {
  const targets: string[] = []
  const server = http.createServer()
  server.on('connect', (request: http.IncomingMessage, near: Socket, head: Buffer) => {
    targets.push(request.url ?? '')
    const { hostname, port } = new URL(`http://${request.url}`)
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n')
      far.write(head)
      near.pipe(far).pipe(near)
    })
    endTogether(near, far)
  })
  const { port, close } = await listen(server)
  return { url: `http://127.0.0.1:${port}`, targets, close }
}

/** What ends one of two connections ends the other, an error too. */
export function endTogether(near: Socket, far: Socket): void {
  for (const socket of [near, far]) socket.on('error', () => undefined)
  near.on('close', () => far.destroy())
  far.on('close', () => near.destroy())
}

const mount = '/run/secrets/kubernetes.io/serviceaccount'

/**
 * Runs a program where it finds a Pod's token, authority and namespace, which are in a folder, and returns what it printed. The
 * mount is of a namespace of its own: nobody else sees it, and it ends with the program.
 */
export function inPod(folder: string, server: URL, argv: readonly string[]): string {
  const copy = `cp '${folder}/token' '${folder}/ca.crt' '${folder}/namespace' ${mount}`
  const begin = `mount -t tmpfs tmpfs /run && mkdir -p ${mount} && ${copy} && exec "$@"`
  const address = { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port }
  const env = { ...process.env, KUBECONFIG: '', HOME: folder, ...address }
  return execFileSync('unshare', ['--mount', 'sh', '-c', begin, 'sh', ...argv], { env, encoding: 'utf8' })
}
