import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deleteLeftovers, deletePod } from '../../src/probes/cleanup.ts'
import { probeLabels, runLabel } from '../../src/probes/pod.ts'
import type { Pod } from '../../src/snapshot/objects.ts'
import { type Asked, podApi, refusal } from './api.ts'

const test = suite('cleaning up')

const now = new Date('2026-11-22T13:20:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString()

const pod = (name: string, run: string, phase = 'Running', age = 0, deadline: number | null = 90): Pod => ({
  metadata: { name, uid: `uid-${name}`, labels: { ...probeLabels, [runLabel]: run }, creationTimestamp: ago(age) },
  spec: { containers: [], ...(deadline === null ? {} : { activeDeadlineSeconds: deadline }) },
  status: { phase },
})
const deletes = (asked: readonly Asked[]) => asked.filter(a => a.method === 'DELETE')

test('a Pod is deleted at once, and only that very one', async () => {
  const { client, asked, pods } = podApi({ pods: [pod('p', 'mine')] })
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: 'uid-p' }), null)
  assert.is(pods.size, 0)
  assert.equal(asked, [
    {
      method: 'DELETE',
      path: '/api/v1/namespaces/apps/pods/p',
      body: { gracePeriodSeconds: 0, preconditions: { uid: 'uid-p' } },
    },
  ])
})

test('a Pod of that name which is another one stays, and that is no failure', async () => {
  const { client, pods } = podApi({ pods: [pod('p', 'mine')] })
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: 'uid-of-an-earlier-one' }), null)
  assert.ok(pods.has('p'))
})

test('where it is not known whether it was made: what has the label of the run is deleted', async () => {
  const { client, asked, pods } = podApi({ pods: [pod('p', 'mine')] })
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: undefined }), null)
  assert.is(pods.size, 0)
  assert.equal(deletes(asked)[0]?.body, { gracePeriodSeconds: 0, preconditions: { uid: 'uid-p' } })
})

test('where it is not known whether it was made: what has another label stays', async () => {
  for (const other of [pod('p', 'other'), { ...pod('p', ''), metadata: { name: 'p', uid: 'x' } }]) {
    const { client, asked, pods } = podApi({ pods: [other] })
    assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: undefined }), null)
    assert.ok(pods.has('p'))
    assert.equal(deletes(asked), [])
  }
})

test('what is gone already is deleted', async () => {
  const { client } = podApi()
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: 'uid-p' }), null)
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: undefined }), null)
})

test('a missing right is told at once', async () => {
  const { client, asked } = podApi({
    pods: [pod('p', 'mine')],
    before: one => {
      throw refusal(one, 'pods is forbidden: User "x" cannot delete resource "pods"')
    },
  })
  const why = await deletePod(client, 'apps', 'mine', { name: 'p', uid: 'uid-p' })
  assert.is(why, 'pods is forbidden: User "x" cannot delete resource "pods"')
  assert.is(asked.length, 1)
})

test('a failure is tried again, three times in all', async () => {
  const failing = (times: number) => {
    let left = times
    return podApi({
      pods: [pod('p', 'mine')],
      before: one => {
        if (left-- > 0) throw refusal(one, 'etcdserver: request timed out', 500)
      },
    })
  }
  const [twice, always] = [failing(2), failing(9)]
  const made = { name: 'p', uid: 'uid-p' }
  const all = [twice, always].map(({ client }) => deletePod(client, 'apps', 'mine', made))
  assert.equal(await Promise.all(all), [null, 'etcdserver: request timed out'])
  assert.equal([twice.pods.size, always.pods.size], [0, 1])
  assert.equal([twice.asked.length, always.asked.length], [3, 3])
})

test('whatever goes wrong is told, so that the others are still deleted', async () => {
  const { client } = podApi({
    before: () => {
      throw new TypeError('the token has expired')
    },
  })
  assert.is(await deletePod(client, 'apps', 'mine', { name: 'p', uid: 'u' }), 'the token has expired')
})

test('a Pod that may still come is looked for again', async () => {
  let tries = 0
  const late = podApi({
    before: ({ method }) => {
      if (method === 'GET' && ++tries === 2) (late.pods as Map<string, Pod>).set('p', pod('p', 'mine', 'Running', 1))
    },
  })
  assert.is(await deletePod(late.client, 'apps', 'mine', { name: 'p', uid: undefined }), null)
  assert.is(late.pods.size, 0)
})

test('of other runs only what ended or is past its own deadline is deleted', async () => {
  const { client, asked, pods } = podApi({
    pods: [
      pod('failed', 'killed', 'Failed', 10),
      pod('succeeded', 'killed', 'Succeeded', 10),
      pod('overdue', 'killed', 'Running', 91),
      pod('never-started', 'killed', 'Pending', 3600),
      pod('going-on', 'other', 'Running', 89),
      pod('young', 'other', 'Pending', 1),
      pod('from-the-future', 'other', 'Running', -60),
      pod('without-deadline', 'other', 'Running', 9999, null),
      { ...pod('without-age', 'other'), metadata: { name: 'without-age', labels: { [runLabel]: 'other' } } },
      pod('own-failed', 'mine', 'Failed', 9999),
      pod('own', 'mine', 'Running', 9999),
    ],
  })
  assert.is(await deleteLeftovers(client, 'apps', 'mine', now), 4)
  assert.equal(
    deletes(asked).map(a => a.path.split('/').at(-1)),
    ['failed', 'succeeded', 'overdue', 'never-started'],
  )
  assert.equal(
    deletes(asked).map(a => (a.body as { preconditions: object }).preconditions),
    ['failed', 'succeeded', 'overdue', 'never-started'].map(name => ({ uid: `uid-${name}` })),
  )
  assert.is(pods.size, 7)
})

test("only the tool's own Pods are looked for", async () => {
  const { client, asked } = podApi()
  assert.is(await deleteLeftovers(client, 'apps', 'mine', now), 0)
  const query = new URL(asked[0]?.path ?? '', 'https://x').searchParams
  assert.is(query.get('labelSelector'), 'app.kubernetes.io/name=kubectl-dnsfix,app.kubernetes.io/component=probe')
})

test.run()
