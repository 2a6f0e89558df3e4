import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { followStarts, NotStarted } from '../../src/probes/starts.ts'
import { failure } from '../kube/support.ts'
import { type PodApi, podApi, refusal, running } from './api.ts'

const test = suite('start of probe Pods')

const pending = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] }
const failed = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }
const create = ({ client }: PodApi, name: string) => client.post('/api/v1/namespaces/apps/pods', { metadata: { name } })

async function following(api: PodApi, use: (starts: ReturnType<typeof followStarts>) => Promise<void>) {
  const over = new AbortController()
  try {
    await use(followStarts(api.client, 'apps', '7f3a', over.signal))
  } finally {
    over.abort()
  }
}

test('it is told when a Pod runs, before and after it was asked', () => {
  const api = podApi({ status: pod => (pod.metadata.name === 'late' ? pending : running) })
  return following(api, async starts => {
    await create(api, 'early')
    await create(api, 'late')
    await starts.started('early', 9000)
    const late = starts.started('late', 9000)
    assert.equal([...starts.waiting()], [['late', 'the kubelet has not started it']])
    api.change('late', running)
    await late
    assert.is(starts.waiting().size, 0)
    assert.equal(
      api.asked.filter(a => a.method === 'WATCH').map(a => decodeURIComponent(a.path)),
      ['/api/v1/namespaces/apps/pods?watch=1&labelSelector=app.kubernetes.io/instance=7f3a'],
    )
  })
})

test('a Pod that fails says why; the others go on', () => {
  const api = podApi({ status: () => pending })
  return following(api, async starts => {
    await create(api, 'a')
    await create(api, 'b')
    const [a, b] = [failure(() => starts.started('a', 9000)), starts.started('b', 9000)]
    api.change('a', failed)
    const error = await a
    assert.instance(error, NotStarted)
    assert.is(error.message, 'Evicted: The node was low on resource: memory.')
    api.change('b', running)
    await b
  })
})

test('a Pod that somebody else deletes is not waited for', () => {
  const api = podApi({ status: () => pending })
  return following(api, async starts => {
    await create(api, 'a')
    const start = failure(() => starts.started('a', 9000))
    api.remove('a')
    assert.is((await start).message, 'somebody else deleted it')
  })
})

test('out of time: what it waited for last', () => {
  const api = podApi({ status: () => pending })
  return following(api, async starts => {
    await create(api, 'a')
    const late = (name: string) => failure(() => starts.started(name, 5))
    assert.is((await late('a')).message, 'not started within 0.005 s: the kubelet has not started it')
    assert.is((await late('b')).message, 'not started within 0.005 s: the API server has not told of it')
  })
})

test('a watch that is refused is heard by everybody, later too', () => {
  const api = podApi({
    before: asked => {
      if (asked.method === 'WATCH') throw refusal(asked, 'pods is forbidden: User "x" cannot watch resource "pods"')
    },
  })
  return following(api, async starts => {
    const all = ['a', 'b'].map(name => failure(() => starts.started(name, 9000)))
    for (const error of await Promise.all(all)) assert.match(error.message, 'cannot watch')
    assert.match((await failure(() => starts.started('c', 9000))).message, 'cannot watch')
  })
})

test('a watch that the server ends is begun again', () => {
  const api = podApi({ status: () => pending })
  let watches = 0
  const watch: typeof api.client.watch = (...args) => (watches++ === 0 ? Promise.resolve() : api.client.watch(...args))
  return following({ ...api, client: { ...api.client, watch } }, async starts => {
    await create(api, 'a')
    api.change('a', running)
    await starts.started('a', 9000)
    assert.is(watches, 2)
  })
})

test('an abort ends the wait, and no more Pods are made', async () => {
  const leaving = new AbortController()
  const starts = followStarts(podApi().client, 'apps', '7f3a', leaving.signal)
  starts.assertFollowing()
  const start = failure(() => starts.started('a', 9000))
  leaving.abort()
  assert.is((await start).name, 'AbortError')
  assert.throws(starts.assertFollowing)
})

test('a connection that breaks for a moment is made again', () => {
  const api = podApi({ status: () => pending })
  let watches = 0
  const broken = new RequestError('unreachable', 'the connection was cut', { path: '/' })
  const watch: typeof api.client.watch = (...args) =>
    watches++ < 2 ? Promise.reject(broken) : api.client.watch(...args)
  return following({ ...api, client: { ...api.client, watch } }, async starts => {
    await create(api, 'a')
    api.change('a', running)
    await starts.started('a', 9000)
    assert.is(watches, 3)
  })
})

test.run()
