import { resolvConfOf } from '../../../src/fix/node/resolv-conf.ts'
import type { NodeWork } from '../../../src/fix/node/work.ts'
import { RequestError } from '../../../src/kube/failures.ts'
import type { Node, Pod } from '../../../src/snapshot/objects.ts'
import { type PodApi, podApi, running, type Script } from '../../probes/api.ts'
import { config, type Host } from './host.ts'

export interface NodeApi extends PodApi {
  readonly work: NodeWork
}

export interface Behaviour extends Script {
  readonly node?: Node
  /** stands in for what the script prints */
  readonly log?: (printed: string) => string
  /** what the running kubelet hands out, instead of what its file names */
  readonly resolvConf?: () => string
  readonly heartbeat?: () => string
}

export const w1: Node & { status: object } = {
  metadata: { name: 'w1' },
  status: { nodeInfo: { osImage: 'Debian', architecture: 'amd64', operatingSystem: 'linux' } },
}

/** An API server with one node, on which the scripts of Pods really run, in the folder of a host. */
export function nodeApi(host: Host, behaviour: Behaviour = {}): NodeApi {
  const api = podApi({ status: () => running, ...behaviour })
  const { heartbeat = () => String(host.restarts()), log = (text: string) => text } = behaviour
  const files = () => ({ [config]: host.has(config) ? host.read(config) : '' })
  const node = (): Node => {
    const found = behaviour.node ?? w1
    const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: heartbeat() }
    return { ...found, status: { conditions: [ready], ...found.status } }
  }
  const logs = new Map<string, Promise<string>>()
  const get = async <T>(path: string): Promise<T> => {
    if (!/\/api\/v1\/nodes\//.test(path)) return api.client.get<T>(path)
    await behaviour.before?.({ method: 'GET', path })
    const resolvConf = behaviour.resolvConf ?? (() => resolvConfOf(files()))
    return (path.endsWith('configz') ? { kubeletconfig: { resolvConf: resolvConf() } } : node()) as T
  }
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const made = await api.client.post<Pod>(path, body)
    logs.set(made.metadata.name, printed(host, body as Pod))
    return made as T
  }
  const text = async (path: string): Promise<string> => {
    await behaviour.before?.({ method: 'GET', path })
    const own = logs.get(/pods\/([^/]+)\/log/.exec(path)?.[1] ?? '')
    if (!own) throw new RequestError('not-found', 'pods not found', { path, status: 404 })
    return log(await own)
  }
  const work: NodeWork = {
    client: { ...api.client, get, post, text },
    namespace: 'kube-system',
    run: '7f3a',
    images: ['coredns:1'],
    signal: new AbortController().signal,
  }
  return { ...api, work }
}

function printed(host: Host, pod: Pod): Promise<string> {
  const { args, env } = pod.spec.containers[0] as unknown as {
    readonly args: readonly string[]
    readonly env: readonly { readonly name: string; readonly value: string }[]
  }
  const own = env.filter(({ name }) => name !== 'PATH').map(({ name, value }) => [name, value])
  return host.log(args[0] ?? '', Object.fromEntries(own))
}
