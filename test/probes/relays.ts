import net from 'node:net'
import type { Client } from '../../src/kube/client.ts'
import type { Session } from '../../src/probes/prober.ts'

export const firstPort = 20053

import { dnsServer, type Reply } from '../dns/server.ts'
import { listen } from '../kube/server.ts'
import { unused } from './api.ts'

/** A probe Pod that is reached, and how often each of its ports was opened. */
export interface Relay {
  readonly session: Session
  readonly opened: Map<number, number>
}

interface Options {
  /** how often a port refuses before its server listens */
  readonly absent?: number
  readonly signal?: AbortSignal
  /** what the log says, each time that it is read */
  readonly logs?: readonly string[]
}

/** Real DNS servers on the loopback in place of the relay's ports; a connection to one stands for a port-forward. */
export async function withRelay(
  replies: readonly Reply[],
  use: (relay: Relay) => Promise<void>,
  { absent = 0, signal = new AbortController().signal, logs = [] }: Options = {},
): Promise<void> {
  const servers = await Promise.all(replies.map(reply => listen(dnsServer(reply))))
  const closed = await closedPort()
  const opened = new Map<number, number>()
  const forward: Client['forward'] = async (_, __, port) => {
    const times = opened.get(port) ?? 0
    opened.set(port, times + 1)
    const stream = net.connect(times < absent ? closed : (servers[port - firstPort]?.port ?? closed), '127.0.0.1')
    return stream.on('error', () => undefined)
  }
  const forwards: Client['forwards'] = (namespace, pod, ports) =>
    Promise.all(ports.map(p => forward(namespace, pod, p)))
  const left = [...logs]
  const text: Client['text'] = async () => (left.length > 1 ? left.shift() : left[0]) ?? ''
  const client: Client = { ...unused, forward, forwards, text }
  try {
    await use({
      session: { client, namespace: 'default', pod: 'p', uid: 'u', node: 'w1', from: 'pod', firstPort, signal },
      opened,
    })
  } finally {
    for (const server of servers) server.close()
  }
}

async function closedPort(): Promise<number> {
  const { port, close } = await listen(net.createServer())
  close()
  return port
}
