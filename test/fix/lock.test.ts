import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ExpectedError } from '../../src/errors.ts'
import type { Taker } from '../../src/fix/lease.ts'
import { holderNow } from '../../src/fix/lease-holder.ts'
import { inRun, isLockLost, withLock } from '../../src/fix/lock.ts'
import type { Client } from '../../src/kube/client.ts'
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

const taker = (holder: string, isGone: Taker['isGone'] = () => false): Taker => ({ holder, isGone })

const never = async (): Promise<never> => {
  throw new Error('the work must not begin')
}

/** Waits for what a timer brings about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

test('is ours while the work is done, and free afterwards', async () => {
  const api = objectApi()
  const result = await withLock(api.client, space, taker('me'), async () => {
    assert.is(spec(api).holderIdentity, 'me')
    for (const time of [spec(api).acquireTime, spec(api).renewTime]) assert.match(String(time), /T[\d:]{8}\.\d{6}Z$/)
    return 'done'
  })
  assert.is(result, 'done')
  assert.is(spec(api).holderIdentity, undefined)
  await withLock(api.client, space, taker('other'), async () => assert.is(spec(api).holderIdentity, 'other'))
})

test('is free after a failure too, which is handed on', async () => {
  const api = objectApi()
  const error = await failure(() =>
    withLock(api.client, space, taker('me'), async () => {
      throw new Error('no')
    }),
  )
  assert.is(error.message, 'no')
  assert.is(spec(api).holderIdentity, undefined)
})

test('who comes second is told who is first, since when, and what to do', async () => {
  const { client, objects } = objectApi({ objects: { [path]: heldSince(5) } })
  const error = await expected(() => withLock(client, space, taker('me'), never))
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
      withLock(client, space, taker(`run ${i}`), work).then(
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
    const outcome = withLock(api.client, space, taker('me'), work).then(
      () => 'done',
      (error: ExpectedError) => error.code,
    )
    assert.is(await outcome, code)
  }
})

test('a holder that is known to be gone is not waited for', async () => {
  const api = objectApi({ objects: { [path]: heldSince(1) } })
  const isGone = (holder: string) => holder === 'bob@desk pid 7'
  await withLock(api.client, space, taker('me', isGone), async () => assert.is(spec(api).holderIdentity, 'me'))
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
  await withLock(api.client, space, taker('me'), work, { renewMs: 1 })
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
  await withLock(api.client, space, taker('me'), work, { renewMs: 1 })
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
    const error = await expected(() => withLock(api.client, space, taker('me'), work, { renewMs: 1 }))
    assert.is(error.code, 'lock-lost')
    assert.match(error.message, theirs ? 'bob@desk pid 7 took it' : 'not found')
    assert.is(theirs ? spec(api).holderIdentity : api.objects.size, theirs ? 'bob@desk pid 7' : 0)
  }
})

const aborted = (signal: AbortSignal) => new Promise(resolve => signal.addEventListener('abort', resolve))

test('when it cannot be renewed in time it counts as lost, before anybody else may take it', async () => {
  let isAway = false
  const before = (asked: Asked) => {
    if (isAway) throw lost(asked)
  }
  const api = objectApi({ before })
  const work = async (signal: AbortSignal) => {
    isAway = true
    await aborted(signal)
    assert.ok(isLockLost(signal))
    throw signal.reason
  }
  const error = await expected(() => withLock(api.client, space, taker('me'), work, { renewMs: 5, heldMs: 60 }))
  assert.is(error.code, 'lock-lost')
  assert.match(error.message, /could not be renewed/)
  assert.is(spec(api).holderIdentity, 'me')
})

test('it is held from the beginning of the request: an answer that comes late makes it no younger', async () => {
  const before = async (asked: Asked) => {
    if (asked.method === 'PUT') await sleep(80)
  }
  const { client } = objectApi({ objects: { [path]: heldSince(60) }, before })
  const work = async (signal: AbortSignal) => {
    assert.ok(isLockLost(signal))
    throw signal.reason
  }
  assert.is((await expected(() => withLock(client, space, taker('me'), work, { heldMs: 60 }))).code, 'lock-lost')
})

test('a machine that slept writes nothing, before its timers tell', async () => {
  const { now } = Date
  const api = objectApi()
  const work = async (signal: AbortSignal, client: Client) => {
    Date.now = () => now() + 60_000
    try {
      await client.put(path, {})
    } finally {
      Date.now = now
      assert.ok(isLockLost(signal))
    }
  }
  const error = await expected(() => withLock(api.client, space, taker('me'), work))
  assert.match(error.message, /could not be renewed for 35 s/)
  assert.is(spec(api).holderIdentity, 'me')
})

test('after it was lost nothing is written, and what the run made to work with is tidied away', async () => {
  const pod = (name: string) => `/api/v1/namespaces/kube-system/pods/${name}`
  const objects = Object.fromEntries(['dnsfix-probe-1-0', 'dnsfix-node-1-a', 'coredns-x'].map(name => [pod(name), {}]))
  const api = objectApi({ objects })
  const work = async (signal: AbortSignal, client: Client) => {
    api.put(path, heldSince(0))
    await aborted(signal)
    assert.ok(await client.get(pod('coredns-x')))
    await client.delete(pod('dnsfix-probe-1-0'))
    await client.delete(pod('dnsfix-node-1-a'))
    const seen = puts(api.asked)
    for (const write of [
      () => client.put(pod('coredns-x'), {}),
      () => client.post('/api/v1/namespaces/kube-system/pods', { metadata: { name: 'dnsfix-node-1-b' } }),
      () => client.delete(pod('coredns-x')),
    ])
      assert.is((await expected(write)).code, 'lock-lost')
    assert.is(puts(api.asked), seen)
    assert.equal([...api.objects.keys()], [pod('coredns-x'), path])
    throw new Error('whatever comes of it')
  }
  const run = () =>
    withLock(api.client, space, taker('me'), (signal, client) => inRun('x1', signal, () => work(signal, client)), {
      renewMs: 1,
    })
  const error = await expected(run)
  assert.is(error.code, 'lock-lost')
  assert.match(error.message, 'bob@desk pid 7 took it.')
  assert.match(error.hint, /kubectl dnsfix undo x1$/)
})

test('an error of the work stays what it is while the lock is held', async () => {
  const { client } = objectApi()
  const work = async () => {
    throw new Error('no')
  }
  const error = await failure(() => withLock(client, space, taker('me'), signal => inRun('x1', signal, work)))
  assert.is(error.message, 'no')
})

test('who holds it can be told without taking it', async () => {
  const told = async (objects: Readonly<Record<string, object>>, isGone: Taker['isGone'] = () => false) => {
    const api = objectApi({ objects })
    const before = JSON.stringify([...api.objects])
    const holder = await holderNow(api.client, space, isGone)
    assert.is(JSON.stringify([...api.objects]), before)
    return holder
  }
  const marked = { ...heldSince(1), spec: { ...heldSince(1).spec, holderIdentity: 'al pid 8 [0123456789abcdef/9]' } }
  assert.is(await told({}), null)
  assert.is(await told({ [path]: heldSince(1) }), 'bob@desk pid 7')
  assert.is(await told({ [path]: marked }), 'al pid 8')
  assert.is(await told({ [path]: heldSince(60) }), null)
  assert.is(await told({ [path]: heldSince(1) }, () => true), null)
})

test('where it may not be read nobody knows, where it may not be written the own clock has to do', async () => {
  for (const [method, holder] of [
    ['GET', undefined],
    ['POST', 'bob@desk pid 7'],
  ] as const) {
    const before = (asked: Asked) => {
      if (asked.method === method) throw new RequestError('forbidden', 'no', { path: asked.path, status: 403 })
    }
    const { client } = objectApi({ objects: { [path]: heldSince(1) }, before })
    assert.is(await holderNow(client, space, () => false), holder)
  }
})

test('a Lease that may not be asked for is no free one', async () => {
  const before = ({ path: at }: Asked) => {
    throw new RequestError('forbidden', 'leases is forbidden', { path: at, status: 403 })
  }
  const { client } = objectApi({ before })
  assert.is((await failure(() => withLock(client, space, taker('me'), never))).message, 'leases is forbidden')
})

test.run()
