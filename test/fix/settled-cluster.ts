import { parseCorefile } from '../../src/corefile/parse.ts'
import { runningHashes } from '../../src/fix/loaded-hash.ts'
import type { KubeObject } from '../../src/fix/plan.ts'
import type { Waiting } from '../../src/fix/settled-wait.ts'
import type { Client } from '../../src/kube/client.ts'
import type { Pod } from '../../src/snapshot/objects.ts'
import { pod as podOf } from '../clusters.ts'
import { type Asked, objectApi } from './api.ts'
import { configMap } from './changes.ts'
import { answering } from './settled-server.ts'

/** What happens to CoreDNS Pods in this cluster; times are milliseconds of its own clock. */
export interface Course {
  readonly pods: number
  readonly corefile: string
  /** from a change of the ConfigMap until CoreDNS looks at it; Infinity: it never does */
  readonly reloadMs?: number
  readonly startMs?: number
  /** why CoreDNS would refuse this Corefile */
  readonly refuses?: (text: string) => string | undefined
  /** the last words of CoreDNS where it loads this Corefile and ends */
  readonly dies?: (text: string) => string | undefined
  /** the Pods crashed before and wait for the kubelet, or it has started them again this moment */
  readonly crashed?: boolean | 'started-again'
  readonly before?: (asked: Asked) => void | Promise<void>
  readonly onTick?: (now: number) => void
}

interface Server {
  text: string
  refused: string
  readonly name: string
  readonly born: number
  readonly log: { readonly at: number; readonly line: string }[]
}

const root = '/api/v1/namespaces/kube-system'
export const mapPath = `${root}/configmaps/coredns`
const slicePath = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices/kube-dns-x'
const deployment = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'
const podPath = (name: string): string => `${root}/pods/${name}`

const running = (text: string): string =>
  `[INFO] plugin/reload: Running configuration SHA512 = ${runningHashes(parseCorefile(text))?.[0]}`

/** CoreDNS behind a Deployment, on a clock of its own: each second that is waited for, everything there takes its course. */
export function cluster(course: Course) {
  const { reloadMs = 30_000, startMs = 3000, refuses = () => undefined, dies = () => undefined } = course
  let now = 0
  let changedAt = 0
  let seenText = course.corefile
  let made = 0
  let fewest = Number.POSITIVE_INFINITY
  const servers = new Map<string, Server>()
  const said: string[] = []
  const api = objectApi({
    objects: {
      [mapPath]: configMap(course.corefile),
      [deployment]: { kind: 'Deployment', spec: { replicas: course.pods } },
      [`${deployment}/scale`]: { kind: 'Scale', spec: { replicas: course.pods } },
    },
    ...(course.before ? { before: course.before } : {}),
  })
  const present = (): string => String((api.objects.get(mapPath)?.data as { Corefile?: string } | undefined)?.Corefile)
  const say = (server: Server, ...lines: readonly string[]) => {
    for (const line of lines) server.log.push({ at: now, line })
  }
  const create = (isCrashed = false) => {
    const name = `coredns-${made++}`
    const server: Server = { name, text: present(), refused: '', born: now, log: [] }
    servers.set(name, server)
    const error = refuses(server.text)
    if (error) say(server, error)
    else say(server, '.:53', ...(/reload/.test(server.text) ? [running(server.text)] : []), 'CoreDNS-1.14.7')
    write(server, isCrashed || error !== undefined)
  }
  const write = (server: Server, isCrashed: boolean) => {
    const isUp = !isCrashed && now - server.born >= startMs
    const whole = podOf(server.name, 'w1', '10.244.0.2') as Pod
    const isWaiting = isCrashed && course.crashed !== 'started-again'
    const state = isWaiting ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} }
    const status = {
      conditions: [{ type: 'Ready', status: isUp ? 'True' : 'False' }],
      containerStatuses: [{ name: 'coredns', ready: isUp, restartCount: isCrashed ? 3 : 0, state }],
    }
    api.put(podPath(server.name), { ...whole, status })
  }
  const isReady = ({ name }: Server): boolean =>
    (api.objects.get(podPath(name)) as unknown as Pod).status?.conditions?.[0]?.status === 'True'
  const publish = () => {
    const up = [...servers.values()].filter(isReady)
    if (now > startMs) fewest = Math.min(fewest, up.length)
    const endpoints = up.map(({ name }) => ({ conditions: { ready: true }, targetRef: { kind: 'Pod', name } }))
    const metadata = { namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } }
    api.put(slicePath, { metadata, endpoints })
  }
  const scaled = () => {
    const { replicas } = api.objects.get(`${deployment}/scale`)?.spec as { replicas: number }
    api.put(deployment, { kind: 'Deployment', spec: { replicas } })
    for (const name of servers.keys()) if (!api.objects.has(podPath(name))) servers.delete(name)
    while (servers.size < replicas) create()
    for (const name of [...servers.keys()].slice(replicas)) {
      servers.delete(name)
      api.objects.delete(podPath(name))
    }
  }
  const reload = (server: Server) => {
    const text = present()
    const isLooking = isReady(server) && /reload/.test(server.text) && now - changedAt >= reloadMs
    if (!isLooking || server.text === text || server.refused === text) return
    const error = refuses(text)
    if (error) {
      server.refused = text
      say(server, `[ERROR] plugin/reload: Corefile changed but reload failed: ${error}`)
    } else {
      server.text = text
      say(server, '[INFO] Reloading', running(text), '[INFO] Reloading complete')
      const words = dies(text)
      if (words === undefined) return
      say(server, words)
      write(server, true)
    }
  }
  const tick = () => {
    if (present() !== seenText) [seenText, changedAt] = [present(), now]
    scaled()
    for (const server of servers.values()) {
      const isCrashed = (api.objects.get(podPath(server.name)) as unknown as Pod).status?.containerStatuses?.[0]
        ?.restartCount
      if (!isCrashed) write(server, false)
      reload(server)
    }
    publish()
    course.onTick?.(now)
  }
  for (let i = 0; i < course.pods; i++) create(course.crashed !== undefined && course.crashed !== false)
  now = startMs + 1
  tick()
  const client: Client = {
    ...api.client,
    text: async path => {
      const url = new URL(path, 'https://fake')
      const since = url.searchParams.get('sinceSeconds')
      const from = since === null ? 0 : now - Number(since) * 1000
      const lines = servers.get(url.pathname.split('/')[6] ?? '')?.log ?? []
      return url.pathname.endsWith('/log') ? lines.flatMap(l => (l.at >= from ? [l.line] : [])).join('\n') : ''
    },
    forward: async () => answering(),
  }
  const waiting: Waiting = {
    signal: new AbortController().signal,
    say: text => said.push(text),
    clock: {
      now: () => now,
      sleep: async (ms, signal) => {
        signal.throwIfAborted()
        now += ms
        tick()
      },
    },
  }
  return {
    ...api,
    client,
    waiting,
    said,
    now: () => now,
    pods: () => [...servers.keys()].map(name => api.objects.get(podPath(name)) as unknown as Pod),
    texts: () => [...servers.values()].map(server => server.text),
    fewest: () => fewest,
    corefile: present,
    live: () => api.objects.get(mapPath) as KubeObject,
  }
}
