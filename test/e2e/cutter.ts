import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectl } from '../cluster/api.ts'

/** A wire to the API server that can be cut: its kubeconfig leads through it. */
export interface Cutter {
  readonly kubeconfig: string
  /** ends every connection and lets no new one through */
  cut(): void
  mend(): void
  close(): void
}

/** Listens on this machine's loopback and passes everything on to the cluster's API server. */
export async function cutter(): Promise<Cutter> {
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '-o', 'json']))
  const cluster = config.clusters[0].cluster
  const { hostname, port } = new URL(cluster.server)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer(near => {
    if (isCut) return void near.destroy()
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cluster['tls-server-name'] = hostname
  cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = mkdtempSync(join(tmpdir(), 'dnsfix-wire-'))
  const kubeconfig = join(folder, 'kubeconfig.json')
  writeFileSync(kubeconfig, JSON.stringify(config))
  const cutAll = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    kubeconfig,
    cut: cutAll,
    mend: () => {
      isCut = false
    },
    close: () => {
      cutAll()
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
