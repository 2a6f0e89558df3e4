import type { Duplex } from 'node:stream'
import { streamsOver } from './streams.ts'
import { openSocket } from './websocket.ts'
import type { Wire } from './wire.ts'

export type Target = { readonly namespace: string; readonly pod: string; readonly ports: readonly number[] }

/** A channel's number is one byte, and a port has two of them. */
const portsPerSocket = 100

/**
 * Opens a byte stream to each TCP port in the Pod, in order, over one WebSocket for up to a hundred of them.
 * Rejects with a RequestError when the API server refuses; a refusal inside the Pod comes later and destroys the one stream
 * with a RequestError that carries the node's words ("connection refused").
 */
export async function openForwards(
  wire: Wire,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<readonly Duplex[]> {
  const starts = target.ports.flatMap((_, i) => (i % portsPerSocket === 0 ? [i] : []))
  const groups = starts.map(start => target.ports.slice(start, start + portsPerSocket))
  const opened = await Promise.allSettled(groups.map(ports => openGroup(wire, { ...target, ports }, signal)))
  const streams = opened.flatMap(each => (each.status === 'fulfilled' ? each.value : []))
  const failed = opened.find(each => each.status === 'rejected')
  if (!failed) return streams
  for (const stream of streams) stream.destroy()
  throw failed.reason
}

async function openGroup(wire: Wire, { namespace, pod, ports }: Target, signal: AbortSignal | undefined) {
  const [space, name] = [namespace, pod].map(encodeURIComponent)
  const query = ports.map(port => `ports=${port}`).join('&')
  const path = `/api/v1/namespaces/${space}/pods/${name}/portforward?${query}`
  const socket = await openSocket(wire, path, ['v4.channel.k8s.io'], signal)
  const streams = streamsOver(socket, ports.length, path)
  const end = () => {
    for (const stream of streams) stream.destroy()
  }
  const signals = [signal, wire.closed.signal]
  for (const each of signals) each?.addEventListener('abort', end, { once: true })
  if (signals.some(each => each?.aborted)) end()
  socket.on('close', () => {
    for (const each of signals) each?.removeEventListener('abort', end)
  })
  return streams
}
