import { resolvConfOf } from '../../../src/fix/node/resolv-conf.ts'
import type { NodeWork } from '../../../src/fix/node/work.ts'
import type { Client } from '../../../src/kube/client.ts'
import { RequestError } from '../../../src/kube/failures.ts'
import type { Node, Pod } from '../../../src/snapshot/objects.ts'
import { type PodApi, podApi, running, type Script } from '../../probes/api.ts'
import { config, type Host } from './host.ts'

export interface NodeApi extends PodApi {
  readonly work: NodeWork
  /** what was said to be waited for */
  readonly said: readonly string[]
}

export interface Behaviour extends Script {
  readonly node?: Node
  /** what a script prints is on the node's disk, whatever the status of its Pod */
  readonly isOnDisk?: boolean
  /** stands in for what the script prints */
  readonly log?: (printed: string) => string
  /** what the running kubelet hands out, instead of what its file names */
  readonly resolvConf?: () => string
  readonly heartbeat?: () => string
  /** whether the kubelet takes notice that a Pod is to be deleted, which is asked whenever Pods are listed */
  readonly confirms?: () => boolean
}

export const w1: Node & { status: object } = {
  metadata: { name: 'w1' },
  status: { nodeInfo: { osImage: 'Debian', architecture: 'amd64', operatingSystem: 'linux' } },
}

/** An API server with one node, on which the scripts of Pods really run, in the folder of a host. */
export function nodeApi(host: Host, behaviour: Behaviour = {}): NodeApi {
  const api = podApi({ status: () => running, ...behaviour })
  const pods = leavingPods(api, behaviour)
  const get = async <T>(path: string): Promise<T> => {
    if (path.includes('/pods?')) return (await pods.list(path)) as T
    if (!/\/api\/v1\/nodes\//.test(path)) return api.client.get<T>(path)
    await behaviour.before?.({ method: 'GET', path })
    return (path.endsWith('configz') ? configzOf(host, behaviour) : nodeOf(host, behaviour)) as T
  }
  const said: string[] = []
  const work: NodeWork = {
    client: { ...api.client, get, delete: pods.remove, ...scripts(api, host, behaviour) },
    namespace: 'kube-system',
    run: '7f3a',
    images: ['coredns:1'],
    signal: new AbortController().signal,
    say: text => said.push(text),
  }
  return { ...api, work, said }
}

function nodeOf(host: Host, { node = w1, heartbeat = () => String(host.restarts()) }: Behaviour): Node {
  const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: heartbeat() }
  return { ...node, status: { conditions: [ready], ...node.status } }
}

function configzOf(host: Host, { resolvConf }: Behaviour): object {
  const files = { [config]: host.has(config) ? host.read(config) : '' }
  return { kubeletconfig: { resolvConf: resolvConf ? resolvConf() : resolvConfOf(files) } }
}

/** Pods that are deleted are there until the kubelet takes notice. */
function leavingPods(api: PodApi, { before, confirms = () => true }: Behaviour) {
  const leaving = new Set<string>()
  const list = async (path: string): Promise<object> => {
    const { items } = await api.client.get<{ items: readonly Pod[] }>(path)
    if (confirms()) for (const name of leaving) api.remove(name)
    const present = items.filter(pod => api.pods.has(pod.metadata.name))
    return { items: present.map(pod => (leaving.has(pod.metadata.name) ? toBeDeleted(pod) : pod)) }
  }
  const remove: Client['delete'] = async (path, body) => {
    const name = path.split('/').at(-1) ?? ''
    const isAtOnce = (body as { gracePeriodSeconds?: number }).gracePeriodSeconds === 0
    await before?.({ method: 'DELETE', path, body })
    if (isAtOnce || hasEnded(api.pods.get(name))) return api.client.delete(path, body)
    leaving.add(name)
  }
  return { list, remove }
}

/** A Pod that is made runs its script on the host, and what that prints is its log. */
function scripts(
  api: PodApi,
  host: Host,
  { before, isOnDisk, log = text => text }: Behaviour,
): Pick<Client, 'post' | 'text'> {
  const logs = new Map<string, Promise<string>>()
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const { name } = (body as Pod).metadata
    if (api.pods.has(name)) throw new RequestError('conflict', `pods "${name}" already exists`, { path, status: 409 })
    const made = await api.client.post<Pod>(path, body)
    logs.set(made.metadata.name, printed(host, body as Pod))
    return made as T
  }
  const text = async (path: string): Promise<string> => {
    await before?.({ method: 'GET', path })
    const onDisk = /\/proxy\/logs\/pods\/[^_]*_([^_]+)_/.exec(path)?.[1]
    const own = logs.get(onDisk ?? /pods\/([^/]+)\/log/.exec(path)?.[1] ?? '')
    if (!own || (onDisk && !isOnDisk)) throw new RequestError('not-found', 'pods not found', { path, status: 404 })
    return onDisk ? log(await own).replace(/^/gm, 't stdout F ') : log(await own)
  }
  return { post, text }
}

const hasEnded = (pod: Pod | undefined): boolean => /^(Failed|Succeeded)$/.test(pod?.status?.phase ?? '')

const toBeDeleted = (pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: '2026-11-22T13:20:30Z' },
})

function printed(host: Host, pod: Pod): Promise<string> {
  const { args, env } = pod.spec.containers[0] as unknown as {
    readonly args: readonly string[]
    readonly env: readonly { readonly name: string; readonly value: string }[]
  }
  const own = env.filter(({ name }) => name !== 'PATH').map(({ name, value }) => [name, value])
  return host.log(args[0] ?? '', Object.fromEntries(own))
}
