import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changeNode } from '../../../src/fix/node/change.ts'
import { awaitEarlier, removeLeftovers } from '../../../src/fix/node/earlier.ts'
import { NotRun } from '../../../src/fix/node/hear.ts'
import { nodeLabels, workLabel } from '../../../src/fix/node/pod.ts'
import { readNode } from '../../../src/fix/node/read.ts'
import { restoreFile } from '../../../src/fix/node/restore.ts'
import type { NodeFailure } from '../../../src/fix/node/work.ts'
import { writeFile } from '../../../src/fix/node/write.ts'
import type { Pod } from '../../../src/snapshot/objects.ts'
import { failure } from '../../kube/support.ts'
import { running } from '../../probes/api.ts'
import { objectApi } from '../api.ts'
import { nodeChange } from '../changes.ts'
import { nodeApi, w1 } from './api.ts'
import { config, type Host, hostWith } from './host.ts'
import { after, before, real } from './scripts.ts'

type Status = NonNullable<Pod['status']>

const ended: Status = {
  phase: 'Failed',
  containerStatuses: [{ name: 'node', ready: false, restartCount: 0, state: { terminated: { exitCode: 143 } } }],
}
const waiting: Status = { phase: 'Pending' }
/** A kubelet before 1.22 told of the end first. */
const ending: Status = { ...running, phase: 'Failed' }

const left = (status: Status, { node = 'w1', work = 'change', name = 'left' } = {}): Pod => ({
  metadata: {
    name,
    uid: `uid-${name}`,
    labels: { ...nodeLabels, [workLabel]: work },
    creationTimestamp: '2026-11-22T13:00:00Z',
  },
  spec: { nodeName: node, containers: [] },
  status,
})

const change = nodeChange('w1', before, after)
const alone = async () => undefined

let host: Host
const test = suite('Pods that earlier runs left on nodes')
test.before.each(() => {
  host = hostWith({ [config]: before, [real]: 'nameserver 10.0.0.2\n', '/etc/default/kubelet': '' })
})
test.after.each(() => host.remove())

/** A node with a Pod that comes to this status when it has been looked at twice. */
function nodeWith(pod: Pod, then: Status, more: Parameters<typeof nodeApi>[1] = {}) {
  let looks = 0
  const api = nodeApi(host, {
    ...more,
    pods: [pod],
    before: ({ path }) => {
      if (path.includes('/pods?') && ++looks === 3) api.change(pod.metadata.name, then)
    },
  })
  return api
}

const order = (api: ReturnType<typeof nodeApi>) =>
  api.asked.flatMap(({ method, path }) =>
    method === 'GET' ? [] : [`${method} ${path.includes('left') ? 'left' : 'own'}`],
  )

test('one that is at work is waited for, and never stopped; its end is told from its phase', async () => {
  for (const status of [running, ending]) {
    host.write(config, before)
    const api = nodeWith(left(status), ended)
    await writeFile(api.work, change, 'kubelet', alone)
    assert.equal(order(api), ['DELETE left', 'POST own', 'DELETE own'])
    assert.equal(api.said, ['Waiting on node w1: Pod left of an earlier run is still at work there'])
    assert.equal([host.read(config), api.pods.size], [after, 0])
  }
})

test('one that has not begun is deleted, with its grace, and waited for until the kubelet has noticed', async () => {
  let looks = 0
  const api = nodeApi(host, { pods: [left(waiting)], confirms: () => ++looks > 3 })
  const bodies: unknown[] = []
  const remove: typeof api.work.client.delete = (path, body) => {
    bodies.push(body)
    return api.work.client.delete(path, body)
  }
  await writeFile({ ...api.work, client: { ...api.work.client, delete: remove } }, change, 'kubelet', alone)
  assert.equal(bodies[0], { preconditions: { uid: 'uid-left' } })
  assert.equal([bodies.length, api.pods.size], [2, 0])
  assert.equal(api.said, ['Waiting on node w1: Pod left of an earlier run is still there'])
})

test('one that ends after it was deleted keeps its name until the kubelet has noticed', async () => {
  let looks = 0
  const api = nodeWith(left(waiting), ended, { confirms: () => ++looks > 6 })
  await awaitEarlier(api.work, 'w1', true)
  assert.is(looks, 7)
  assert.is(api.pods.size, 0)
})

test('where that does not come about, nothing is begun', async () => {
  for (const status of [running, waiting]) {
    const api = nodeApi(host, { pods: [left(status)], confirms: () => false })
    const error = await failure(() => awaitEarlier(api.work, 'w1', true, 0))
    assert.instance(error, NotRun)
    assert.is((error as NotRun).began, false)
    assert.match(error.message, /^Pod left of an earlier run is still (at work )?there$/)
  }
})

test('a kubelet that reports for an earlier restart is not taken for one that came back from this one', async () => {
  let isOver = false
  const api = nodeWith(left(running), ended, {
    heartbeat: () => {
      isOver ||= !api.pods.has('left')
      // It comes back only from the restart that puts the file back.
      return host.restarts() === 2 ? 'back' : isOver ? 'earlier' : 'before'
    },
  })
  const options = { method: 'kubelet', onOther: alone, limitMs: 0 } as const
  const error = await failure(() => changeNode(api.work, change, options))
  assert.match(error.message, /its kubelet has not reported since the restart/)
})

test('without the lock they are waited for, and left alone; so are those that only look, and those elsewhere', async () => {
  const api = nodeWith(left(running), ended)
  assert.is((await readNode(api.work, w1)).problem, null)
  assert.is(api.said.length, 1)
  assert.ok(api.pods.has('left'))
  for (const other of [left(running, { work: 'look' }), left(running, { node: 'w2' })]) {
    const there = nodeApi(host, { pods: [other] })
    await awaitEarlier(there.work, 'w1', true, 0)
    assert.equal([...there.pods.keys()], ['left'])
  }
})

test('one that comes late, whose making was given up, is waited for too', async () => {
  const api = nodeApi(host)
  let tries = 0
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    // As the request of a run that was killed, which arrives now.
    if (++tries === 1)
      await api.work.client.post(path, {
        ...(body as Pod),
        spec: { ...(body as Pod).spec, containers: [{ args: ['true'], env: [] }] },
      })
    const made = api.work.client.post<T>(path, body)
    if (tries === 1) for (const name of api.pods.keys()) api.change(name, ended)
    return made
  }
  await writeFile({ ...api.work, client: { ...api.work.client, post } }, change, 'kubelet', alone)
  assert.is(tries, 2)
  assert.equal([host.read(config), host.restarts(), api.pods.size], [after, 1, 0])
})

test('a Pod that cannot be made sure to be gone may have changed something', async () => {
  const stuck = (): Status => ({
    phase: 'Pending',
    containerStatuses: [
      { name: 'node', ready: false, restartCount: 0, state: { waiting: { reason: 'ErrImageNeverPull' } } },
    ],
  })
  let looks = 0
  const api = nodeApi(host, { status: stuck, confirms: () => ++looks > 4 })
  const gone = (await failure(() => writeFile(api.work, change, 'kubelet', alone))) as NodeFailure
  assert.equal([gone.left, api.pods.size], ['unchanged', 0])
  assert.match(gone.message, /ErrImageNeverPull/)
  const forbidden = nodeApi(host, {
    status: stuck,
    before: ({ method, path }) => {
      if (method === 'DELETE') throw Object.assign(new NotRun(`may not delete ${path}`, false))
    },
  })
  const open = (await failure(() => writeFile(forbidden.work, change, 'kubelet', alone))) as NodeFailure
  assert.is(open.left, 'unknown')
})

test('a node that is not Ready by its own word is given its file back, one that is silent is not', async () => {
  const not = (status: string) => ({
    ...w1,
    status: { conditions: [{ type: 'Ready', status, reason: 'NetworkPluginNotReady' }] },
  })
  const original = { node: 'w1', file: config, before: after, present: before, isReordered: false, run: '7f3a' }
  const silent = await failure(() => restoreFile(nodeApi(host, { node: not('Unknown') }).work, original, alone))
  assert.match(silent.message, /could not be given back: the node is not Ready/)
  await restoreFile(nodeApi(host, { node: not('False') }).work, original, alone)
  assert.is(host.read(config), after)
  assert.is((await readNode(nodeApi(host, { node: not('False') }).work, not('False'))).ready, false)
})

test('what nobody waits for any more goes with the next run, by the clock of the API server', async () => {
  const pods = {
    'ended-long-ago': left(ended),
    'never-begun': left(waiting),
    looked: left(ended, { work: 'look' }),
    working: left(running),
  }
  const paths = Object.entries(pods).map(([name, pod]) => [`/api/v1/namespaces/kube-system/pods/${name}`, pod] as const)
  let now = new Date('2026-11-22T13:00:00Z')
  const api = objectApi({ objects: Object.fromEntries(paths), now: () => now })
  await removeLeftovers(api.client, 'kube-system')
  assert.is(api.objects.size, 4, 'their runs may still go on')
  now = new Date('2026-11-22T13:05:00Z')
  await removeLeftovers(api.client, 'kube-system')
  assert.equal(
    [...api.objects.keys()].map(path => path.split('/').at(-1)),
    ['working'],
  )
})

test.run()
