import type { KubeObject } from '../../src/fix/plan.ts'
import type { Waiting } from '../../src/fix/settled-wait.ts'
import type { Client } from '../../src/kube/client.ts'
import { objectApi } from './api.ts'
import { configMap } from './changes.ts'
import {
  type Course,
  create,
  deployment,
  livePod,
  mapPath,
  present,
  startMs,
  tick,
  type World,
} from './settled-coredns.ts'
import { answering } from './settled-server.ts'

export { mapPath } from './settled-coredns.ts'

/** CoreDNS behind a Deployment, on a clock of its own: each second that is waited for, everything there takes its course. */
export function cluster(course: Course) {
  const world = worldOf(course)
  for (let i = 0; i < course.pods; i++) create(world, Boolean(course.crashed))
  world.now = startMs(world) + 1
  tick(world)
  const said: string[] = []
  return {
    ...world.api,
    client: clientOf(world),
    waiting: waitingIn(world, said),
    said,
    now: () => world.now,
    pods: () => [...world.servers.keys()].map(name => livePod(world, name)),
    texts: () => [...world.servers.values()].map(server => server.text),
    fewest: () => world.fewest,
    corefile: () => present(world),
    live: () => world.api.objects.get(mapPath) as KubeObject,
  }
}

function worldOf(course: Course): World {
  const api = objectApi({
    objects: {
      [mapPath]: configMap(course.corefile),
      [deployment]: { kind: 'Deployment', spec: { replicas: course.pods } },
      [`${deployment}/scale`]: { kind: 'Scale', spec: { replicas: course.pods } },
    },
    ...(course.before ? { before: course.before } : {}),
  })
  const beginning = { now: 0, changedAt: 0, made: 0, fewest: Number.POSITIVE_INFINITY }
  return { course, api, servers: new Map(), seenText: course.corefile, ...beginning }
}

/** Logs are read as the kubelet gives them: of the last seconds only, where that is asked for. */
const clientOf = (world: World): Client => ({
  ...world.api.client,
  text: async path => {
    const url = new URL(path, 'https://fake')
    const since = url.searchParams.get('sinceSeconds')
    const from = since === null ? 0 : world.now - Number(since) * 1000
    const lines = world.servers.get(url.pathname.split('/')[6] ?? '')?.log ?? []
    return url.pathname.endsWith('/log') ? lines.flatMap(l => (l.at >= from ? [l.line] : [])).join('\n') : ''
  },
  forward: async () => answering(),
})

const waitingIn = (world: World, said: string[]): Waiting => ({
  signal: new AbortController().signal,
  say: text => said.push(text),
  clock: {
    now: () => world.now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      world.now += ms
      tick(world)
    },
  },
})
