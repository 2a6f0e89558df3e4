import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../src/errors.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { deadlineSeconds } from '../../src/probes/probe.ts'
import type { Prober } from '../../src/probes/prober.ts'
import { type RoundOptions, runRound, type Task } from '../../src/probes/round.ts'
import type { LeftPod } from '../../src/probes/round-pods.ts'
import type { From } from '../../src/snapshot/observations.ts'
import { failure } from '../kube/support.ts'
import { observationsOf } from '../observations.ts'
import { created, type PodApi, podApi, refusal, running } from './api.ts'

const test = suite('a round of probe Pods')

const prober: Prober = {
  kind: 'relay',
  image: 'coredns:1.14.7',
  parts: () => ({ containers: [{ name: 'relay', image: 'coredns:1.14.7' }] }),
  ask: async ({ node }) => observationsOf({ nodes: [node] }),
}
const asking = (ask: Prober['ask']): Prober => ({ ...prober, ask })

const task = (node: string, from: From = 'pod'): Task => ({ node, from, asks: [] })
const tasks = [task('cp1'), task('w1'), task('w2')]

const options = ({ client }: PodApi, rest: Partial<RoundOptions> = {}): RoundOptions => ({
  client,
  namespace: 'apps',
  run: '7f3a',
  prober,
  firstPort: 20053,
  timeoutMs: 30_000,
  keep: false,
  signal: new AbortController().signal,
  progress: () => undefined,
  left: pods => assert.unreachable(`left ${JSON.stringify(pods)}`),
  ...rest,
})
const nodeOf = (body: unknown) => /"values":\["([^"]+)"\]/.exec(JSON.stringify(body))?.[1]
const asks = ({ asked }: PodApi, method: string) => asked.filter(a => a.method === method)

test('a Pod for each task, and afterwards none', async () => {
  const api = podApi()
  const { probes, observations, gaps, serverTime } = await runRound(tasks, options(api))
  assert.equal(
    probes.map(p => `${p.node} ${p.from} ${p.namespace} ${p.pod} ${p.prober}`).sort(),
    tasks.map((t, i) => `${t.node} pod apps dnsfix-probe-7f3a-${i} relay`),
  )
  assert.equal(new Set(observations.map(o => o.node)), new Set(['cp1', 'w1', 'w2']))
  assert.equal([gaps, serverTime, api.pods.size], [[], created, 0])
  assert.equal(new Set(asks(api, 'POST').map(a => nodeOf(a.body))), new Set(['cp1', 'w1', 'w2']))
  assert.is(asks(api, 'WATCH').length, 1)
})

test('every delete says which very Pod it means', async () => {
  const api = podApi({
    before: ({ method, path, body }) => {
      if (method !== 'DELETE') return
      const uid = api.pods.get(path.split('/').at(-1) ?? '')?.metadata.uid
      assert.ok(uid)
      assert.equal(body, { gracePeriodSeconds: 0, preconditions: { uid } })
    },
  })
  await runRound(tasks, options(api))
  assert.is(asks(api, 'DELETE').length, 3)
})

test('a Pod outlives its run by little', () => {
  assert.is(deadlineSeconds(60_000), 90)
  assert.is(deadlineSeconds(1), 31)
})

test('a bug of the prober ends the run, and leaves nothing', async () => {
  const api = podApi()
  const bug = asking(async ({ node }) => {
    if (node === 'w1') throw new TypeError('bug')
    return []
  })
  const error = await failure(() => runRound(tasks, options(api, { prober: bug })))
  assert.instance(error, TypeError)
  assert.is(api.pods.size, 0)
})

test('an error of the whole run ends it, and leaves nothing', async () => {
  const unfit = asking(async () => {
    throw new ExpectedError('The image x has no shell.', { code: 'image-unfit', hint: 'x' })
  })
  const api = podApi()
  const many = Array.from({ length: 100 }, (_, i) => task(`w${i}`))
  const error = await failure(() => runRound(many, options(api, { prober: unfit })))
  assert.is(error.message, 'The image x has no shell.')
  assert.is(api.pods.size, 0)
  assert.ok(asks(api, 'POST').length <= 32, 'nothing more is begun')
})

test('an abort while a Pod is being created: the request is heard out, the Pod deleted', async () => {
  const leaving = new AbortController()
  const api = podApi({
    before: async ({ method, body }) => {
      if (method !== 'POST' || nodeOf(body) !== 'w1') return
      leaving.abort(new Error('Ctrl-C'))
      await new Promise(resolve => setImmediate(resolve))
      assert.is(api.pods.has('dnsfix-probe-7f3a-1'), false)
    },
    status: () => ({ phase: 'Pending' }),
  })
  const error = await failure(() => runRound(tasks, options(api, { signal: leaving.signal })))
  assert.is(error.message, 'Ctrl-C')
  assert.equal(
    asks(api, 'POST').map(a => nodeOf(a.body)),
    ['cp1', 'w1'],
  )
  assert.is(asks(api, 'DELETE').length, 2)
  assert.is(api.pods.size, 0)
})

test('an abort before the start creates nothing', async () => {
  const api = podApi()
  await failure(() => runRound(tasks, options(api, { signal: AbortSignal.abort() })))
  assert.equal(asks(api, 'POST'), [])
})

test('a request that created a Pod and was never answered: the Pod is deleted', async () => {
  const api = podApi()
  const post: typeof api.client.post = async (path, body) => {
    await api.client.post(path, body)
    throw new RequestError('timeout', 'no answer within 15 s', { path })
  }
  const { gaps } = await runRound([task('w1')], options({ ...api, client: { ...api.client, post } }))
  assert.equal(gaps, [{ input: 'probes', object: 'w1', why: 'timeout', detail: 'no answer within 15 s' }])
  assert.is(api.pods.size, 0)
})

test('at the time limit what is not done is a gap', async () => {
  const api = podApi()
  const { probes, gaps } = await runRound(tasks, options(api, { timeoutMs: 100, prober: asking(askOrWait) }))
  assert.equal(probes.map(p => p.node).sort(), ['cp1', 'w1'])
  assert.equal(gaps, [{ input: 'probes', object: 'w2', why: 'timeout', detail: 'not done within 0.1 s' }])
  assert.is(api.pods.size, 0)
})

const askOrWait: Prober['ask'] = async ({ node, signal }) => {
  if (node === 'w2') await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  return []
}

test('a quota that refuses one Pod stops nobody else', async () => {
  const quota = 'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
  const api = podApi({
    before: asked => {
      if (asked.method === 'POST' && nodeOf(asked.body) === 'w1') throw refusal(asked, quota)
    },
  })
  const { probes, gaps } = await runRound(tasks, options(api))
  assert.equal(probes.map(p => p.node).sort(), ['cp1', 'w2'])
  const detail = `the quota of namespace apps allows no such Pod: ${quota}`
  assert.equal(gaps, [{ input: 'probes', object: 'w1', why: 'failed', detail }])
  assert.is(api.pods.size, 0)
})

test('a missing right is the gap of every node', async () => {
  const told = 'pods is forbidden: User "x" cannot create resource "pods" in API group ""'
  const api = podApi({
    before: asked => {
      if (asked.method === 'POST') throw refusal(asked, told)
    },
  })
  const { gaps } = await runRound(tasks, options(api))
  const right = { verb: 'create', group: '', resource: 'pods', namespace: 'apps' }
  assert.equal(
    gaps.map(g => [g.why, g.right]),
    tasks.map(() => ['forbidden', right]),
  )
})

test('a Pod whose image cannot be had says so, and goes', async () => {
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "coredns:1.14.7"' }
  const containerStatuses = [{ name: 'relay', ready: false, restartCount: 0, state: { waiting } }]
  const api = podApi({
    status: pod => (nodeOf(pod.spec) === 'w1' ? { phase: 'Pending', containerStatuses } : running),
  })
  const { probes, gaps } = await runRound(tasks, options(api))
  assert.is(probes.length, 2)
  const detail = 'ImagePullBackOff: Back-off pulling image "coredns:1.14.7"'
  assert.equal(gaps, [{ input: 'probes', object: 'w1', why: 'failed', detail }])
  assert.is(api.pods.size, 0)
})

test('a Pod that cannot be talked to is the gap of its node', async () => {
  const lost = asking(async ({ node }) => {
    if (node === 'w1') throw new RequestError('server', 'the probe Pod could not be talked to', { path: '/x' })
    return []
  })
  const { probes, gaps } = await runRound(tasks, options(podApi(), { prober: lost }))
  assert.equal([probes.length, gaps.map(g => g.object)], [2, ['w1']])
})

test('Pods that cannot be deleted are named, with the reason', async () => {
  const told = 'pods "x" is forbidden: User "x" cannot delete resource "pods"'
  const api = podApi({
    before: asked => {
      if (asked.method === 'DELETE' && asked.path.endsWith('-1')) throw refusal(asked, told)
    },
  })
  const left: LeftPod[] = []
  const { probes } = await runRound(tasks, options(api, { left: pods => left.push(...pods) }))
  assert.is(probes.length, 3)
  assert.equal(left, [{ name: 'dnsfix-probe-7f3a-1', why: told }])
})

test('a Pod that could not be deleted at first is, in the end', async () => {
  let refused = false
  const api = podApi({
    before: asked => {
      if (asked.method !== 'DELETE' || refused) return
      refused = true
      throw refusal(asked, 'pods "x" is forbidden: not now')
    },
  })
  await runRound(tasks, options(api))
  assert.is(api.pods.size, 0)
})

test('--keep leaves them, and that is no failure', async () => {
  const api = podApi()
  await runRound(tasks, options(api, { keep: true }))
  assert.is(api.pods.size, 3)
  assert.equal(asks(api, 'DELETE'), [])
})

test('a Pod of that name which another run has made is not touched', async () => {
  const name = 'dnsfix-probe-7f3a-0'
  const other = { metadata: { name, uid: 'x', labels: {} }, spec: { containers: [] }, status: running }
  const api = podApi({
    pods: [other],
    before: asked => {
      if (asked.method === 'POST') throw refusal(asked, `pods "${name}" already exists`, 409)
    },
  })
  const { gaps } = await runRound([task('w1')], options(api))
  assert.match(gaps[0]?.detail ?? '', 'already exists')
  assert.is(api.pods.get(name), other)
})

test('of 100 Pods never more than 32 at once', async () => {
  const api = podApi()
  const pausing = asking(async () => {
    await new Promise(resolve => setImmediate(resolve))
    return []
  })
  const many = Array.from({ length: 100 }, (_, i) => task(`w${i}`))
  const { probes } = await runRound(many, options(api, { prober: pausing }))
  assert.equal([probes.length, api.most(), api.pods.size], [100, 32, 0])
})

test('nothing to do', async () => {
  const api = podApi()
  const { probes, gaps, serverTime } = await runRound([], options(api))
  assert.equal([probes, gaps, serverTime, asks(api, 'POST')], [[], [], undefined, []])
})

test.run()
