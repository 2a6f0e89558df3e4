import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejoining } from '../../src/fix/rejoin.ts'
import type { Waiting } from '../../src/fix/settled-wait.ts'
import type { Client } from '../../src/kube/client.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { dns } from './settled-server.ts'

const test = suite('after a kubelet was started anew')

interface Course {
  /** when the DNS Pod of the node leaves the Service, and when it is back, in seconds after the work */
  readonly away?: readonly [from: number, to: number]
  /** when the kubelet has probed it */
  readonly probed?: number
  readonly isServing?: boolean
  readonly isRefused?: boolean
  readonly isUnprobed?: boolean
}

/** One DNS Pod on w1, on a clock that moves while somebody waits. */
async function secondsWaited(course: Course): Promise<number> {
  let [now, workedAt] = [0, Number.POSITIVE_INFINITY]
  const since = () => (now - workedAt) / 1000
  const isReady = () => {
    const [from, to] = course.away ?? [0, 0]
    return (course.isServing ?? true) && !(since() >= from && since() < to)
  }
  const client = {
    get: async (path: string) => {
      const conditions = [{ type: 'Ready', status: isReady() ? 'True' : 'False' }]
      const containers = [{ name: 'coredns', ...(course.isUnprobed ? {} : { readinessProbe: {} }) }]
      const pod = { metadata: { name: 'a', uid: 'a' }, spec: { nodeName: 'w1', containers }, status: { conditions } }
      const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: isReady() }, targetRef: { name: 'a' } }]
      return { items: path.includes('endpointslices') ? [{ metadata: { name: 's' }, endpoints }] : [pod] }
    },
    text: async (path: string) => {
      assert.is(path, '/api/v1/nodes/w1/proxy/metrics/probes')
      if (course.isRefused) throw new RequestError('forbidden', 'no', { path, status: 403 })
      const line = (type: string, result: string) =>
        `prober_probe_total{pod="a",probe_type="${type}",result="${result}"} 1`
      const isProbed = since() >= (course.probed ?? 0)
      return [line('Liveness', 'successful'), line('Readiness', isProbed ? 'successful' : 'failed')].join('\n')
    },
  } as unknown as Client
  const sleep = async (ms: number) => {
    now += ms
  }
  const waiting: Waiting = {
    signal: new AbortController().signal,
    say: () => undefined,
    clock: { now: () => now, sleep },
  }
  const done = await rejoining(client, { ...dns, service: undefined }, 'w1', waiting, async () => {
    workedAt = now
    return 'worked'
  })
  assert.is(done, 'worked')
  return since()
}

test('a Pod that the kubelet has probed already is not waited for', async () => {
  assert.is(await secondsWaited({}), 0)
})

test('one that will leave the Service for its first probe is waited for until it is back', async () => {
  const waited = await secondsWaited({ away: [4, 9], probed: 9 })
  assert.ok(waited >= 9 && waited < 12, `${waited} s`)
})

test('who may not see whether it was probed waits as long as probes are spread over', async () => {
  const waited = await secondsWaited({ isRefused: true })
  assert.ok(waited >= 12 && waited < 15, `${waited} s`)
})

test('a Pod that stays away is waited for half a minute', async () => {
  const waited = await secondsWaited({ away: [0, 1000] })
  assert.ok(waited >= 30 && waited < 33, `${waited} s`)
})

test('nobody waits where nothing served before', async () => {
  assert.is(await secondsWaited({ isServing: false, probed: 1000 }), 0)
})

test('nor for a probe that the Pod does not have', async () => {
  assert.is(await secondsWaited({ isUnprobed: true, probed: 1000 }), 0)
})

test.run()
