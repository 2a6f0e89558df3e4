import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ExpectedError } from '../../src/errors.ts'
import { withLock } from '../../src/fix/lock.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { expected, failure } from '../kube/support.ts'
import { type Asked, lost, objectApi } from './api.ts'

const test = suite('lock')

const space = 'kube-system'
const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kubectl-dnsfix'
const spec = (api: ReturnType<typeof objectApi>) => api.objects.get(path)?.spec as Readonly<Record<string, unknown>>

/** A Lease that `bob` renewed so many seconds ago, by the clock of the server. */
const heldSince = (seconds: number, now = Date.now()) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kubectl-dnsfix', annotations: { theirs: 'kept' } },
  spec: {
    holderIdentity: 'bob@desk pid 7',
    leaseDurationSeconds: 30,
    acquireTime: '2026-11-22T13:20:00.000000Z',
    renewTime: new Date(now - seconds * 1000).toISOString(),
    leaseTransitions: 4,
  },
})

const never = async (): Promise<never> => {
  throw new Error('the work must not begin')
}

/** Waits for what a timer brings about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

test('is ours while the work is done, and free afterwards', async () => {
  const api = objectApi()
  const result = await withLock(api.client, space, 'me', async () => {
    assert.is(spec(api).holderIdentity, 'me')
    for (const time of [spec(api).acquireTime, spec(api).renewTime]) assert.match(String(time), /T[\d:]{8}\.\d{6}Z$/)
    return 'done'
  })
  assert.is(result, 'done')
  assert.is(spec(api).holderIdentity, undefined)
  await withLock(api.client, space, 'other', async () => assert.is(spec(api).holderIdentity, 'other'))
})

test('is free after a failure too, which is handed on', async () => {
  const api = objectApi()
  const error = await failure(() =>
    withLock(api.client, space, 'me', async () => {
      throw new Error('no')
    }),
  )
  assert.is(error.message, 'no')
  assert.is(spec(api).holderIdentity, undefined)
})

test('who comes second is told who is first, since when, and what to do', async () => {
  const { client, objects } = objectApi({ objects: { [path]: heldSince(5) } })
  const error = await expected(() => withLock(client, space, 'me', never))
  assert.is(error.code, 'busy')
  assert.is(error.message, "bob@desk pid 7 is changing the cluster's DNS, since 2026-11-22T13:20:00Z.")
  assert.match(error.hint, /ends in 2\d s .*kubectl get lease kubectl-dnsfix -n kube-system/)
  assert.is((objects.get(path)?.spec as { leaseTransitions: number }).leaseTransitions, 4)
})

test('of many at once exactly one proceeds, on a new Lease, a free one and one that ended', async () => {
  const free = { ...heldSince(1), spec: { ...heldSince(1).spec, holderIdentity: '' } }
  for (const objects of [{}, { [path]: free }, { [path]: heldSince(60) }]) {
    const { client } = objectApi({ objects, before: () => sleep(Math.random() * 3) })
    const gate = Promise.withResolvers<void>()
    let began = 0
    const work = () => {
      began++
      return gate.promise
    }
    const runs = Array.from({ length: 8 }, (_, i) =>
      withLock(client, space, `run ${i}`, work).then(
        () => 'done',
        (error: ExpectedError) => error.code,
      ),
    )
    let over = 0
    for (const run of runs) run.then(() => over++)
    await until(() => over === 7)
    gate.resolve()
    assert.is(began, 1)
    assert.equal((await Promise.all(runs)).sort(), [...Array(7).fill('busy'), 'done'])
  }
})

test('what a killed run held is taken when its time is over by the clock of the server, and keeps what others wrote on it', async () => {
  const serverNow = Date.now() - 3600_000
  const now = () => new Date(serverNow)
  for (const [seconds, code] of [
    [10, 'busy'],
    [40, 'done'],
  ] as const) {
    const api = objectApi({ objects: { [path]: heldSince(seconds, serverNow) }, now })
    const work = async () => {
      const { metadata } = api.objects.get(path) ?? {}
      assert.equal([metadata?.annotations, spec(api).leaseTransitions], [{ theirs: 'kept' }, 5])
      assert.ok(Math.abs(Date.parse(String(spec(api).renewTime)) - serverNow) < 60_000)
    }
    const outcome = withLock(api.client, space, 'me', work).then(
      () => 'done',
      (error: ExpectedError) => error.code,
    )
    assert.is(await outcome, code)
  }
})

test('a holder that is known to be gone is not waited for', async () => {
  const api = objectApi({ objects: { [path]: heldSince(1) } })
  const isGone = (holder: string) => holder === 'bob@desk pid 7'
  await withLock(api.client, space, 'me', async () => assert.is(spec(api).holderIdentity, 'me'), { isGone })
  assert.is(spec(api).holderIdentity, undefined)
})

const puts = (asked: readonly Asked[]) => asked.filter(({ method }) => method === 'PUT').length

test('is renewed while it is held, whatever is written on the Lease beside', async () => {
  const api = objectApi()
  const work = async () => {
    const first = spec(api).renewTime
    await until(() => puts(api.asked) > 1)
    api.put(path, { ...api.objects.get(path), metadata: { labels: { theirs: 'x' } } })
    const seen = puts(api.asked)
    await until(() => puts(api.asked) > seen + 1)
    assert.not.equal(spec(api).renewTime, first)
    assert.is(spec(api).holderIdentity, 'me')
  }
  await withLock(api.client, space, 'me', work, { renewMs: 1 })
})

test('a renewal that fails on its way is tried again', async () => {
  let failures = 0
  const before = (asked: Asked) => {
    if (puts(api.asked) === 2 && failures++ < 3) throw lost(asked)
  }
  const api: ReturnType<typeof objectApi> = objectApi({ before })
  const work = async (signal: AbortSignal) => {
    await until(() => puts(api.asked) > 4)
    assert.not(signal.aborted)
  }
  await withLock(api.client, space, 'me', work, { renewMs: 1 })
  assert.ok(failures > 3)
})

test('when somebody took it, or deleted it, the work is told to stop, and theirs stays', async () => {
  for (const theirs of [heldSince(0), null]) {
    const api = objectApi()
    const work = async (signal: AbortSignal) => {
      if (theirs) api.put(path, theirs)
      else api.objects.delete(path)
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      throw new RequestError('aborted', 'interrupted', { path })
    }
    const error = await expected(() => withLock(api.client, space, 'me', work, { renewMs: 1 }))
    assert.is(error.code, 'lock-lost')
    assert.match(error.message, theirs ? 'bob@desk pid 7 took it' : 'not found')
    assert.is(theirs ? spec(api).holderIdentity : api.objects.size, theirs ? 'bob@desk pid 7' : 0)
  }
})

test('a Lease that may not be asked for is no free one', async () => {
  const before = ({ path: at }: Asked) => {
    throw new RequestError('forbidden', 'leases is forbidden', { path: at, status: 403 })
  }
  const { client } = objectApi({ before })
  assert.is((await failure(() => withLock(client, space, 'me', never))).message, 'leases is forbidden')
})

test.run()
