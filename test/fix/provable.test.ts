import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whyUnprovable } from '../../src/fix/provable.ts'
import { healthy } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'
import { failure } from '../kube/support.ts'
import { type Asked, lost, objectApi, refusal } from './api.ts'

const test = suite('whether it can be proved from Pods')

const cluster = snapshotOf(healthy)
const { signal } = new AbortController()
const failing = (fail: (asked: Asked) => Error) =>
  objectApi({
    before: asked => {
      throw fail(asked)
    },
  })
const why = ({ client }: ReturnType<typeof objectApi>) => whyUnprovable(client, cluster, 30_000, signal)

test('one Pod is tried and none is made', async () => {
  const api = objectApi()
  assert.is(await why(api), null)
  const pods = api.asked.filter(one => one.path.includes('/pods'))
  assert.equal([pods.length, api.objects.size], [1, 0])
  assert.match(pods[0]?.path ?? '', /\/namespaces\/default\/pods\?.*dryRun=All/)
})

for (const [name, status, message, told] of [
  [
    'a quota',
    403,
    'pods "x" is forbidden: exceeded quota: no-pods',
    /^the quota of namespace default allows no such Pod/,
  ],
  ['Pod Security', 403, 'violates PodSecurity "restricted:latest"', /^Pod Security of namespace default refuses/],
  ['no right', 403, 'User "bob" cannot create resource "pods"', /cannot create resource/],
] as const)
  test(`${name} is against it`, async () => {
    assert.match((await why(failing(asked => refusal(asked, message, status)))) ?? '', told)
  })

test('a webhook that knows no dry run, and a server that does not answer, leave it open', async () => {
  const webhook = 'admission webhook "x" does not support dry run'
  assert.is(await why(failing(asked => refusal(asked, webhook, 400))), null)
  assert.is(await why(failing(lost)), null)
})

test('who leaves hears nothing of it', async () => {
  const leaving = AbortSignal.abort()
  const { client } = failing(lost)
  assert.is((await failure(() => whyUnprovable(client, cluster, 30_000, leaving))).name, 'AbortError')
})

test('without an image there is no Pod', async () => {
  const none = snapshotOf({ ...healthy, pods: [], workloads: [] })
  assert.match((await whyUnprovable(objectApi().client, none, 30_000, signal)) ?? '', /^There is no image/)
})

test.run()
