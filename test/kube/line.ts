import net from 'node:net'
import { clientFor, listen, type TestClient } from './server.ts'

export type Line = {
  /** how many connections there have been */
  readonly connections: () => number
  /** From now on the connections that stand carry nothing any more, and nobody closes them. New ones work. */
  readonly freeze: () => void
}

/** Runs a test with a client that reaches a TLS server over a line which can freeze, as after a change of VPN or NAT. */
export async function overLine(
  server: net.Server,
  use: (client: TestClient, line: Line) => Promise<void>,
  requestTimeout?: string,
): Promise<void> {
  const far = await listen(server)
  const standing = new Set<net.Socket>()
  const near = await listen(net.createServer(socket => join(socket, far.port, standing)))
  const client = clientFor({ server: `https://127.0.0.1:${near.port}`, options: { requestTimeout } })
  try {
    await use(client, { connections: near.connections, freeze: () => standing.clear() })
  } finally {
    client.close()
    near.close()
    far.close()
  }
}

function join(near: net.Socket, port: number, standing: Set<net.Socket>): void {
  standing.add(near)
  const far = net.connect(port, '127.0.0.1')
  const carry = (from: net.Socket, to: net.Socket) => {
    from.on('error', () => undefined)
    from.on('data', chunk => standing.has(near) && to.write(chunk))
    from.on('close', () => standing.has(near) && to.destroy())
  }
  carry(near, far)
  carry(far, near)
}
