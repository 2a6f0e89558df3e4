import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ApplyOptions, applyPlan } from '../../src/fix/apply.ts'
import { ConflictError, FixFailed, Interrupted } from '../../src/fix/apply-errors.ts'
import { ServerGone } from '../../src/fix/apply-patience.ts'
import { readJournal, startJournal } from '../../src/fix/journal.ts'
import { NodeFailure } from '../../src/fix/node/work.ts'
import type { KubeObject, ObjectChange, Plan } from '../../src/fix/plan.ts'
import { ChangedSince, takeBack } from '../../src/fix/rollback.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { expected } from '../kube/support.ts'
import { type Asked, lost } from './api.ts'
import { configMap, nodeChange, objectChange, planOf } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('apply')

const corefile = (upstream: string) => `.:53 {\n    errors\n    forward . ${upstream}\n    reload\n}\n`
const [old, good, bad] = [
  corefile('/etc/resolv.conf'),
  corefile('10.0.0.2'),
  corefile('10.0.0.2').replace('forw', 'fow'),
]
const refuses = (text: string) => (/foward/.test(text) ? "Unknown directive 'foward'" : undefined)
const other = '/api/v1/namespaces/kube-system/configmaps/other'
const today = () => new Date('2026-11-22T13:20:00Z')

type There = ReturnType<typeof cluster>

const edit = (there: There, text: string): ObjectChange => ({
  ...objectChange(there.live(), { ...there.live(), data: { Corefile: text } }, mapPath),
  awaits: 'corefile-loaded',
})

async function optionsFor(there: There, plan: Plan, given: Partial<ApplyOptions> = {}): Promise<ApplyOptions> {
  const journal = await startJournal(there.client, 'kube-system', { plan, why: 'x', version: '1', now: today() })
  const node = { write: async () => undefined, restore: async () => undefined }
  return { ...there.waiting, journal, dns, node, rollback: true, today, ...given }
}

const states = ({ journal }: ApplyOptions) => journal.journal.steps.map(step => step.state)

test('step after step, each in use before the next one', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const plan = planOf(edit(there, good), objectChange(null, configMap('x', 'other'), other))
  const options = await optionsFor(there, plan)
  const { steps } = await applyPlan(there.client, plan, options)
  assert.equal(there.texts(), [good, good])
  assert.equal(
    steps.map(s => s.loaded.pods.length),
    [2, 0],
  )
  assert.equal(states(options), ['applied', 'applied'])
  assert.ok(there.objects.has(other))
})

test('a refused Corefile is taken back, and every Pod goes on', async () => {
  const there = cluster({ pods: 2, corefile: old, refuses })
  const before = there.live()
  const plan = planOf(objectChange(null, configMap('x', 'other'), other), edit(there, bad))
  const options = await optionsFor(there, plan)
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.instance(error, FixFailed)
  assert.is(error.code, 'configuration-rejected')
  assert.match(error.message, /^configmaps\/coredns: .*Unknown directive 'foward'\. Everything was taken back\.$/)
  assert.equal(there.live().data, before.data)
  assert.not.ok(there.objects.has(other))
  assert.equal(there.texts(), [old, old])
  assert.equal(states(options), ['undone', 'undone'])
})

test('without roll back it is left as it is', async () => {
  const there = cluster({ pods: 2, corefile: old, refuses })
  const plan = planOf(edit(there, bad))
  const options = await optionsFor(there, plan, { rollback: false })
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.match(error.message, /What was done is left as it is$/)
  assert.is(there.corefile(), bad)
  // It was written, and only not taken up: what is there now is this run's.
  assert.equal(states(options), ['applying'])
})

test('labels, annotations and other keys come back with the data', async () => {
  const there = cluster({ pods: 2, corefile: old, refuses })
  const metadata = { name: 'coredns', namespace: 'kube-system', labels: { a: 'b' }, annotations: { c: 'd' } }
  const whole = { ...configMap(old), metadata, data: { Corefile: old, NodeHosts: '10.0.0.9 w1\n' } }
  there.put(mapPath, whole)
  const change = edit(there, bad)
  const after = { ...change.after, metadata: { ...metadata, annotations: {} } } as KubeObject
  const plan = planOf({ ...change, after })
  await expected(async () => applyPlan(there.client, plan, await optionsFor(there, plan)))
  const live = there.live()
  assert.equal(live.data, whole.data)
  assert.equal([live.metadata.labels, live.metadata.annotations], [{ a: 'b' }, { c: 'd' }])
})

test('what somebody changed since it was read is left to them, and the steps before are taken back', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const plan = planOf(objectChange(null, configMap('x', 'other'), other), edit(there, good))
  there.put(mapPath, configMap(corefile('10.0.0.7')))
  const options = await optionsFor(there, plan)
  assert.instance(await expected(() => applyPlan(there.client, plan, options)), ConflictError)
  assert.is(there.corefile(), corefile('10.0.0.7'))
  assert.not.ok(there.objects.has(other))
})

test('a write whose answer was lost is no conflict', async () => {
  let isLost = false
  const there: There = cluster({ pods: 2, corefile: old })
  const put: typeof there.client.put = async (path, body, options) => {
    const answer = await there.client.put(path, body, options)
    if (!path.startsWith(mapPath) || isLost) return answer as never
    isLost = true
    throw lost({ method: 'PUT', path })
  }
  const plan = planOf(edit(there, good))
  const options = await optionsFor(there, plan)
  await applyPlan({ ...there.client, put }, plan, options)
  assert.ok(isLost)
  assert.is(there.corefile(), good)
  assert.equal(states(options), ['applied'])
})

const isAwayAfter = (from: number, to: number, now: () => number) => (asked: Asked) => {
  if (now() >= from && now() < to) throw lost(asked)
}

test('an API server that is gone for half a minute is waited for', async () => {
  let clock = () => 0
  const there = cluster({ pods: 2, corefile: old, before: asked => isAwayAfter(8000, 40_000, () => clock())(asked) })
  clock = there.now
  const plan = planOf(edit(there, good))
  await applyPlan(there.client, plan, await optionsFor(there, plan))
  assert.equal(there.texts(), [good, good])
  assert.ok(there.said.includes('The API server does not answer; asking again'))
})

test('an API server that stays away leaves the rest to undo, which then takes it back', async () => {
  let end = Number.POSITIVE_INFINITY
  let clock = () => 0
  const there = cluster({ pods: 2, corefile: old, before: asked => isAwayAfter(8000, end, () => clock())(asked) })
  clock = there.now
  const plan = planOf(edit(there, good))
  const options = await optionsFor(there, plan)
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.instance(error, ServerGone)
  assert.match(error.hint, /kubectl dnsfix undo takes it back/)
  end = 0
  const { changes } = await takeBack(there.client, { ...options, force: false })
  assert.is(changes.length, 1)
  assert.is(there.corefile(), old)
  assert.equal(states(options), ['undone'])
})

test('an interruption takes back the step under way, and says so', async () => {
  const leaving = new AbortController()
  const onTick = (now: number) => {
    if (now > 8000) leaving.abort()
  }
  const there = cluster({ pods: 2, corefile: old, onTick })
  const plan = planOf(objectChange(null, configMap('x', 'other'), other), edit(there, good))
  const options = await optionsFor(there, plan, { signal: leaving.signal })
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.instance(error, Interrupted)
  assert.is(error.message, 'Interrupted during the change of configmaps/coredns. Everything was taken back.')
  assert.is(error.exitCode, 130)
  assert.is(there.corefile(), old)
  assert.not.ok(there.objects.has(other))
})

test('nodes one after the other, then the DNS Pods on them', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const written: string[] = []
  const write: ApplyOptions['node']['write'] = async ({ node }) =>
    written.push(`${node} ${there.pods()[0]?.metadata.name}`)
  const plan = planOf(nodeChange('w1', 'a', 'b'), nodeChange('w2', 'a', 'b'))
  const options = await optionsFor(there, plan, { node: { write, restore: async () => undefined } })
  const { restarted } = await applyPlan(there.client, plan, options)
  assert.equal(written, ['w1 coredns-0', 'w2 coredns-0'])
  assert.equal(
    restarted.map(r => r.pod),
    ['coredns-0', 'coredns-1'],
  )
})

test('what was written otherwise than planned is what undo compares with', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const restored: unknown[] = []
  const node: ApplyOptions['node'] = {
    write: async (_, onOther) => {
      await onOther('B')
      throw new Error('killed')
    },
    restore: async change => restored.push(change.after),
  }
  const plan = planOf(nodeChange('w1', 'a', 'b'))
  const options = await optionsFor(there, plan, { node, rollback: false })
  await expected(() => applyPlan(there.client, plan, options))
  const { journal } = await readJournal(there.client, 'kube-system', options.journal.journal.id)
  assert.equal([journal.steps[0]?.change.after, journal.steps[0]?.state], ['B', 'failed'])
  await takeBack(there.client, { ...options, force: false })
  assert.equal(restored, ['B'])
})

test('a node that fails ends the run, and the nodes before it are given back', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const restored: string[] = []
  const node: ApplyOptions['node'] = {
    write: async change => {
      if (change.node === 'w2') throw new Error('the kubelet is not Ready')
    },
    restore: async change => restored.push(`${change.node} ${change.before}`),
  }
  const plan = planOf(nodeChange('w1', 'a', 'b'), nodeChange('w2', null, 'b'), nodeChange('w3', 'a', 'b'))
  const options = await optionsFor(there, plan, { node })
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.match(error.message, /config\.yaml on node w2: the kubelet is not Ready\. Everything was taken back/)
  assert.equal(restored, ['w2 null', 'w1 a'])
  assert.equal(states(options), ['undone', 'undone', 'planned'])
})

test('a node that cannot be put back keeps nothing else from it, and stays to be taken back', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const gone = new NodeFailure('Node w2 does not answer', { code: 'node-unreachable', hint: '', left: 'unknown' })
  const restored: string[] = []
  const node: ApplyOptions['node'] = {
    write: async change => {
      if (change.node === 'w2') throw gone
    },
    restore: async change => {
      if (change.node === 'w2') throw gone
      restored.push(change.node)
    },
  }
  const plan = planOf(nodeChange('w1', 'a', 'b'), nodeChange('w2', 'a', 'b'))
  const options = await optionsFor(there, plan, { node })
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.match(error.message, /Not everything was taken back\. Node w2 does not answer\. It is still to be taken back/)
  assert.equal(restored, ['w1'])
  assert.equal(states(options), ['undone', 'failed'])
})

test('undo leaves what somebody changed since, and takes it back when forced', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const plan = planOf(edit(there, good))
  const options = await optionsFor(there, plan)
  await applyPlan(there.client, plan, options)
  there.put(mapPath, configMap(corefile('10.0.0.7')))
  const error = await expected(() => takeBack(there.client, { ...options, force: false }))
  assert.instance(error, ChangedSince)
  assert.equal((error as ChangedSince).conflicts[0]?.change.before?.data, { Corefile: corefile('10.0.0.7') })
  assert.is(there.corefile(), corefile('10.0.0.7'))
  await takeBack(there.client, { ...options, force: true })
  assert.is(there.corefile(), old)
})

test('a deleted object comes back, a Service with its address', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const path = '/api/v1/namespaces/kube-system/services/kube-dns'
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns' },
    spec: { clusterIP: '10.96.0.10' },
  }
  there.put(path, service)
  const plan = planOf(objectChange(there.objects.get(path) ?? null, null, path))
  const options = await optionsFor(there, plan)
  await applyPlan(there.client, plan, options)
  assert.not.ok(there.objects.has(path))
  await takeBack(there.client, { ...options, force: false })
  assert.equal(there.objects.get(path)?.spec, { clusterIP: '10.96.0.10' })
})

test('a right that is missing in the middle is told with what was taken back', async () => {
  const before = ({ method, path }: Asked) => {
    if (method === 'POST' && path.includes('/other')) return
    if (method === 'GET' && path.includes('/pods?')) throw new RequestError('forbidden', 'pods is forbidden', { path })
  }
  const there = cluster({ pods: 2, corefile: old, before })
  const plan = planOf(edit(there, good))
  const options = await optionsFor(there, plan)
  const error = await expected(() => applyPlan(there.client, plan, options))
  assert.match(error.message, /pods is forbidden\. Everything was taken back\. The DNS Pods do not come up/)
  assert.is(there.corefile(), old)
})

test.run()
