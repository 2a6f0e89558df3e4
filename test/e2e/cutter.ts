import { connect, createServer, type Socket } from 'node:net'
import { listen } from '../kube/server.ts'
import { adminConfig, changed, endTogether, files } from './surroundings.ts'

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
  const config = await adminConfig()
  const { hostname, port } = new URL(config.clusters[0]?.cluster.server ?? '')
  const wire = wireTo(hostname, Number(port))
  const { port: own, close } = await listen(wire.server)
  const { write, remove } = files()
  const cluster = { server: `https://127.0.0.1:${own}`, 'tls-server-name': hostname }
  const kubeconfig = write('kubeconfig.json', changed(config, config.users[0]?.user ?? {}, cluster))
  return {
    kubeconfig,
    cut: wire.cut,
    mend: wire.mend,
    close: () => {
      wire.cut()
      close()
      remove()
    },
  }
}

function wireTo(host: string, port: number) {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer(near => {
    if (isCut) return void near.destroy()
    const far = connect(port, host)
    endTogether(near, far)
    open.add(near)
    near.on('close', () => open.delete(near))
    near.pipe(far).pipe(near)
  })
  const cut = (): void => {
    isCut = true
    for (const near of open) near.destroy()
  }
  const mend = (): void => {
    isCut = false
  }
  return { server, cut, mend }
}
