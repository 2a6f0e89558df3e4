import { parseCorefile } from '../../src/corefile/parse.ts'
import { runningHashes } from '../../src/fix/loaded-hash.ts'
import type { Pod } from '../../src/snapshot/objects.ts'
import { pod as podOf } from '../clusters.ts'
import type { Asked, ObjectApi } from './api.ts'

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

export interface Server {
  text: string
  refused: string
  readonly name: string
  readonly born: number
  readonly log: { readonly at: number; readonly line: string }[]
}

/** The cluster at one moment of its own clock. */
export interface World {
  readonly course: Course
  readonly api: ObjectApi
  readonly servers: Map<string, Server>
  now: number
  /** what the ConfigMap said when somebody last looked, and since when */
  seenText: string
  changedAt: number
  made: number
  /** the least Pods that were Ready at once */
  fewest: number
}

const root = '/api/v1/namespaces/kube-system'
export const mapPath = `${root}/configmaps/coredns`
const slicePath = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices/kube-dns-x'
export const deployment = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'
const podPath = (name: string): string => `${root}/pods/${name}`

/** How long a server takes from its start until it is Ready. */
export const startMs = ({ course }: World): number => course.startMs ?? 3000

const running = (text: string): string =>
  `[INFO] plugin/reload: Running configuration SHA512 = ${runningHashes(parseCorefile(text))?.[0]}`

/** The Corefile that the ConfigMap has. */
export const present = ({ api }: World): string =>
  String((api.objects.get(mapPath)?.data as { Corefile?: string } | undefined)?.Corefile)

export const livePod = ({ api }: World, name: string): Pod => api.objects.get(podPath(name)) as unknown as Pod

function say(world: World, server: Server, ...lines: readonly string[]): void {
  for (const line of lines) server.log.push({ at: world.now, line })
}

/** A Pod more, whose CoreDNS begins with what the ConfigMap says now. */
export function create(world: World, isCrashed = false): void {
  const name = `coredns-${world.made++}`
  const server: Server = { name, text: present(world), refused: '', born: world.now, log: [] }
  world.servers.set(name, server)
  const error = world.course.refuses?.(server.text)
  if (error) say(world, server, error)
  else say(world, server, '.:53', ...(/reload/.test(server.text) ? [running(server.text)] : []), 'CoreDNS-1.14.7')
  write(world, server, isCrashed || error !== undefined)
}

function write(world: World, server: Server, isCrashed: boolean): void {
  const isUp = !isCrashed && world.now - server.born >= startMs(world)
  const whole = podOf(server.name, 'w1', '10.244.0.2') as Pod
  const isWaiting = isCrashed && world.course.crashed !== 'started-again'
  const state = isWaiting ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} }
  const status = {
    conditions: [{ type: 'Ready', status: isUp ? 'True' : 'False' }],
    containerStatuses: [{ name: 'coredns', ready: isUp, restartCount: isCrashed ? 3 : 0, state }],
  }
  world.api.put(podPath(server.name), { ...whole, status })
}

const isReady = (world: World, { name }: Server): boolean =>
  livePod(world, name).status?.conditions?.[0]?.status === 'True'

const hasCrashed = (world: World, { name }: Server): boolean =>
  Boolean(livePod(world, name).status?.containerStatuses?.[0]?.restartCount)

/** Everything takes its course up to now. */
export function tick(world: World): void {
  const text = present(world)
  if (text !== world.seenText) [world.seenText, world.changedAt] = [text, world.now]
  scale(world)
  for (const server of world.servers.values()) {
    if (!hasCrashed(world, server)) write(world, server, false)
    reload(world, server)
  }
  publish(world)
  world.course.onTick?.(world.now)
}

/** As many Pods as the Deployment is to have. */
function scale(world: World): void {
  const { api, servers } = world
  const { replicas } = api.objects.get(`${deployment}/scale`)?.spec as { replicas: number }
  api.put(deployment, { kind: 'Deployment', spec: { replicas } })
  for (const name of servers.keys()) if (!api.objects.has(podPath(name))) servers.delete(name)
  while (servers.size < replicas) create(world)
  for (const name of [...servers.keys()].slice(replicas)) {
    servers.delete(name)
    api.objects.delete(podPath(name))
  }
}

/** What the plugin reload does with a changed Corefile. */
function reload(world: World, server: Server): void {
  const { reloadMs = 30_000, refuses, dies } = world.course
  const text = present(world)
  const isLooking = isReady(world, server) && /reload/.test(server.text) && world.now - world.changedAt >= reloadMs
  if (!isLooking || server.text === text || server.refused === text) return
  const error = refuses?.(text)
  if (error) {
    server.refused = text
    say(world, server, `[ERROR] plugin/reload: Corefile changed but reload failed: ${error}`)
    return
  }
  server.text = text
  say(world, server, '[INFO] Reloading', running(text), '[INFO] Reloading complete')
  const words = dies?.(text)
  if (words === undefined) return
  say(world, server, words)
  write(world, server, true)
}

/** The Ready Pods stand behind the Service. */
function publish(world: World): void {
  const up = [...world.servers.values()].filter(server => isReady(world, server))
  if (world.now > startMs(world)) world.fewest = Math.min(world.fewest, up.length)
  const endpoints = up.map(({ name }) => ({ conditions: { ready: true }, targetRef: { kind: 'Pod', name } }))
  const metadata = { namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } }
  world.api.put(slicePath, { metadata, endpoints })
}
