import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyPlan } from '../../src/fix/apply.ts'
import { endJournal, listJournals, readJournal, recordSpare, recordStep, startJournal } from '../../src/fix/journal.ts'
import { parseJournal } from '../../src/fix/journal-text.ts'
import type { KubeObject } from '../../src/fix/plan.ts'
import { restartDnsPods } from '../../src/fix/restart.ts'
import { reversed } from '../../src/fix/reversal.ts'
import { takeBack } from '../../src/fix/rollback.ts'
import { replicasOf } from '../../src/fix/spare.ts'
import { failure } from '../kube/support.ts'
import { type Asked, objectApi, refusal } from './api.ts'
import { objectChange, planOf } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('a second Pod for a lone one')

const space = 'kube-system'
const deployment = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'
const scale = `${deployment}/scale`
const today = () => new Date('2026-11-22T13:20:00Z')
const start = (plan = planOf()) => ({ plan, why: 'x', version: '1', now: today() })
const node = { write: async () => undefined, restore: async () => undefined }

/** Without `reload`: a change of it is taken up by a restart. */
const corefile = (upstream: string) => `.:53 {\n    forward . ${upstream}\n}\n`
const replicasIn = (objects: ReadonlyMap<string, KubeObject>, path = scale) =>
  (objects.get(path)?.spec as { replicas: number }).replicas

class Killed extends Error {}

/** A lone Pod whose configuration is changed, by a run that is killed at its request of that number. */
async function killedAt(last: number) {
  let left = last
  const before = () => {
    if (left-- <= 0) throw new Killed()
  }
  const there = cluster({ pods: 1, corefile: corefile('/etc/resolv.conf'), before })
  const live = there.live()
  const edited = { ...live, data: { Corefile: corefile('10.0.0.2') } }
  const plan = planOf({ ...objectChange(live, edited, mapPath), awaits: 'corefile-loaded' })
  const run = async () => {
    const journal = await startJournal(there.client, space, start(plan))
    await applyPlan(there.client, plan, { ...there.waiting, journal, dns, node, today, rollback: true })
    await endJournal(journal, 'done')
  }
  const isKilled = await run().then(
    () => false,
    () => true,
  )
  left = Number.POSITIVE_INFINITY
  return { there, isKilled }
}

test('killed at any request, undo takes it away again', async () => {
  const spared: number[] = []
  let isKilled = true
  for (let request = 1; isKilled; request++) {
    const killed = await killedAt(request)
    isKilled = killed.isKilled
    const { client, objects, waiting, live } = killed.there
    const [noted] = (await listJournals(client, space)).journals
    if (replicasIn(objects) !== 1) {
      spared.push(request)
      assert.equal(noted?.spare, { path: scale, replicas: 1 }, String(request))
    }
    if (!noted) continue
    const journal = await readJournal(client, space, noted.id)
    await takeBack(client, { ...waiting, journal, dns, node, today, force: false })
    assert.is(replicasIn(objects), 1, String(request))
    assert.equal(live().data, { Corefile: corefile('/etc/resolv.conf') })
    assert.is((await readJournal(client, space, noted.id)).journal.spare, undefined)
  }
  assert.ok(spared.length > 5)
})

test('a run that came to its end leaves nothing of it in the journal', async () => {
  const { there, isKilled } = await killedAt(1000)
  assert.not(isKilled)
  assert.is(replicasIn(there.objects), 1)
  const [journal] = (await listJournals(there.client, space)).journals
  assert.equal([journal?.state, journal?.spare], ['done', undefined])
  assert.ok(there.asked.some(({ body }) => JSON.stringify(body)?.includes('\\"spare\\"')))
})

test('what could not be taken away stays noted, and is no success', async () => {
  let isForbidden = false
  const before = ({ method, path, body }: Asked) => {
    const isBack = method === 'PUT' && path.startsWith(scale) && replicasOf(body as KubeObject) === 1
    if (isForbidden && isBack) throw refusal({ method, path }, 'no')
  }
  const there = cluster({ pods: 1, corefile: corefile('/etc/resolv.conf'), before })
  const live = there.live()
  const edited = { ...live, data: { Corefile: corefile('10.0.0.2') } }
  const plan = planOf({ ...objectChange(live, edited, mapPath), awaits: 'corefile-loaded' })
  const journal = await startJournal(there.client, space, start(plan))
  const options = { ...there.waiting, journal, dns, node, today, rollback: true, force: false }
  await applyPlan(there.client, plan, options)
  isForbidden = true
  assert.is((await failure(() => takeBack(there.client, options))).message, 'no')
  assert.equal(journal.journal.spare, { path: scale, replicas: 1 })
  assert.is(replicasIn(there.objects), 2)
  isForbidden = false
  await takeBack(there.client, options)
  assert.equal([replicasIn(there.objects), journal.journal.spare], [1, undefined])
})

/** A journal of a killed run, which had noted a spare Pod. */
async function noted(replicas: number, plan = planOf()) {
  const api = objectApi({
    objects: {
      [scale]: { kind: 'Scale', spec: { replicas } },
      [deployment]: { kind: 'Deployment', spec: { replicas, paused: true } },
    },
  })
  const journal = await startJournal(api.client, space, start(plan))
  await recordSpare(journal, { path: scale, replicas: 1 })
  return { ...api, journal }
}

test('the way back shows it, unless it is gone or somebody has scaled since', async () => {
  for (const [now, back] of [
    [2, [1]],
    [1, []],
    [3, []],
  ] as const) {
    const { client, journal } = await noted(now)
    const { changes, conflicts } = await reversed(client, journal.journal)
    assert.equal(
      changes.map(c => (c.after as KubeObject).spec),
      back.map(replicas => ({ replicas })),
    )
    assert.match(changes[0]?.why ?? 'a second DNS Pod', 'a second DNS Pod')
    assert.equal(conflicts, [])
  }
})

test('a Deployment that the run changed too is not taken for one that somebody scaled', async () => {
  const before = { kind: 'Deployment', spec: { replicas: 1 } } as unknown as KubeObject
  const after = { kind: 'Deployment', spec: { replicas: 1, paused: true } } as unknown as KubeObject
  const change = objectChange(
    { ...before, metadata: { name: 'coredns' } },
    { ...after, metadata: { name: 'coredns' } },
    deployment,
  )
  const { client, journal } = await noted(2, planOf(change))
  await recordStep(journal, 0, 'applied', today())
  const { changes, conflicts } = await reversed(client, journal.journal)
  assert.equal(
    changes.map(c => (c.after as KubeObject).spec),
    [{ replicas: 1 }, { replicas: 1 }],
  )
  assert.equal(conflicts, [])
})

test('where somebody scales meanwhile, that stays', async () => {
  const there = cluster({
    pods: 1,
    corefile: corefile('10.0.0.2'),
    onTick: now => {
      if (now > 6000) there.put(scale, { kind: 'Scale', spec: { replicas: 4 } })
    },
  })
  await restartDnsPods(there.client, dns, there.pods(), there.waiting)
  assert.is(replicasIn(there.objects), 4)
})

test('of what cannot be noted nothing is begun', async () => {
  const there = cluster({ pods: 1, corefile: corefile('10.0.0.2') })
  const journal = await startJournal(there.client, space, start())
  there.objects.delete(journal.path)
  const waiting = { ...there.waiting, journal }
  const outcome = await restartDnsPods(there.client, dns, there.pods(), waiting).catch(error => error.code)
  assert.is(outcome, 'journal-changed')
  assert.is(replicasIn(there.objects), 1)
})

test('journals without it are read as ever, one that is damaged is none', () => {
  const text = (more: object) => ({
    data: {
      'journal.json': JSON.stringify({ schemaVersion: 1, id: 'x', startedAt: '', state: 'done', steps: [], ...more }),
    },
  })
  assert.type(parseJournal(text({})), 'object')
  assert.type(parseJournal(text({ spare: { path: scale, replicas: 1 } })), 'object')
  for (const spare of [null, {}, { path: scale }, { path: mapPath, replicas: 1 }])
    assert.match(parseJournal(text({ spare })) as string, 'not whole')
})

test.run()
