import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endJournal, listJournals, readJournal, recordStep, startJournal } from '../../src/fix/journal.ts'
import type { Plan } from '../../src/fix/plan.ts'
import { expected, failure } from '../kube/support.ts'
import { type Asked, lost, objectApi } from './api.ts'
import { configMap, nodeChange, objectChange, path, planOf } from './changes.ts'

const test = suite('journal')

const space = 'kube-system'
const now = new Date('2026-11-22T13:20:00Z')
const later = new Date('2026-11-22T13:21:00Z')
const before = {
  ...configMap('old'),
  status: {},
  metadata: { ...configMap('old').metadata, uid: 'u', finalizers: ['f'] },
}
const plan = planOf(objectChange(before, configMap('new')), nodeChange('w1', 'a: 1\n', 'a: 2\n'))
const startOf = (made: Plan, at = now) => ({ plan: made, why: 'DNS301', version: '1.2.3', now: at })

test('is there before anything is done, with the objects as they were', async () => {
  const { client, objects } = objectApi()
  const { journal, path: at } = await startJournal(client, space, startOf(plan))
  assert.equal([...objects.keys()], [at])
  assert.is(at, `/api/v1/namespaces/kube-system/configmaps/kubectl-dnsfix-${journal.id}`)
  assert.match(journal.id, /^20261122132000-[0-9a-f]{6}$/)
  const { metadata, data } = objects.get(at) as unknown as {
    metadata: { labels: unknown }
    data: Record<string, string>
  }
  assert.equal(metadata.labels, {
    'app.kubernetes.io/name': 'kubectl-dnsfix',
    'app.kubernetes.io/component': 'journal',
  })
  const { steps, ...rest } = JSON.parse(data['journal.json'] ?? '')
  const startedAt = now.toISOString()
  assert.equal(rest, {
    schemaVersion: 1,
    id: journal.id,
    version: '1.2.3',
    startedAt,
    method: 'configmap',
    state: 'running',
    why: 'DNS301',
  })
  const { uid: _, ...kept } = before.metadata
  assert.equal(steps[0].change.before, { ...configMap('old'), metadata: kept })
  assert.equal(steps[1], { change: plan.changes[1], state: 'planned', at: startedAt })
})

test('tells of every step, and how the run ended', async () => {
  const { client } = objectApi()
  const open = await startJournal(client, space, startOf(plan))
  await recordStep(open, 0, 'applying', later)
  await recordStep(open, 0, 'applied', later)
  await recordStep(open, 1, 'failed', later, 'x'.repeat(5000))
  await endJournal(open, 'rolled-back')
  const { journal } = await readJournal(client, space, open.journal.id)
  assert.is(journal.state, 'rolled-back')
  assert.equal(
    journal.steps.map(({ state, at, note }) => [state, at, note?.length]),
    [
      ['applied', later.toISOString(), undefined],
      ['failed', later.toISOString(), 1000],
    ],
  )
  assert.equal(journal, open.journal)
})

test('can be written on after it was read', async () => {
  const { client } = objectApi()
  const { journal } = await startJournal(client, space, startOf(plan))
  const open = await readJournal(client, space, journal.id)
  await endJournal(open, 'undone')
  assert.is((await readJournal(client, space, journal.id)).journal.state, 'undone')
})

test('an answer that was lost and a label of somebody else are written over, another text is not', async () => {
  let isLost = false
  const after = (asked: Asked) => {
    if (isLost && asked.method === 'PUT') throw lost(asked)
  }
  const { client, objects, put } = objectApi({ after })
  const open = await startJournal(client, space, startOf(plan))
  isLost = true
  assert.match((await failure(() => recordStep(open, 0, 'applying', later))).message, 'lost')
  assert.is(open.journal.steps[0]?.state, 'planned')
  isLost = false
  await recordStep(open, 0, 'applied', later)
  const labelled = objects.get(open.path)
  put(open.path, { ...labelled, metadata: { labels: { ...labelled?.metadata.labels, theirs: 'x' } } })
  await endJournal(open, 'done')
  assert.is((await readJournal(client, space, open.journal.id)).journal.steps[0]?.state, 'applied')
  assert.is(objects.get(open.path)?.metadata.labels?.theirs, 'x')
  const other = await readJournal(client, space, open.journal.id)
  await endJournal(other, 'undone')
  assert.is((await expected(() => endJournal(open, 'rolled-back'))).code, 'journal-changed')
  objects.clear()
  assert.is((await expected(() => endJournal(open, 'rolled-back'))).code, 'journal-changed')
})

test('a long one is compressed, one that is too long is refused before anything is written', async () => {
  const { client, objects } = objectApi()
  const nodes = Array.from({ length: 400 }, (_, i) => nodeChange(`w${i}`, 'a: 1\n'.repeat(200), 'a: 2\n'.repeat(200)))
  const open = await startJournal(client, space, startOf(planOf(...nodes)))
  await recordStep(open, 399, 'applied', later)
  assert.is(objects.get(open.path)?.data, undefined)
  assert.equal((await readJournal(client, space, open.journal.id)).journal, open.journal)
  const long = () => configMap(randomBytes(400_000).toString('hex'))
  const written = [...objects.values()]
  const error = await expected(() => startJournal(client, space, startOf(planOf(objectChange(long(), long())))))
  assert.is(error.code, 'plan-too-large')
  assert.match(error.message, /would have \d{4} KiB/)
  assert.equal([...objects.values()], written)
})

test('never keeps a Secret', async () => {
  const { client, asked } = objectApi()
  const secret = { ...configMap('x'), kind: 'Secret' }
  const at = path.replace('configmaps', 'secrets')
  for (const change of [objectChange(secret, null), objectChange(null, secret), objectChange(null, configMap('x'), at)])
    assert.match(
      (await failure(() => startJournal(client, space, startOf(planOf(change))))).message,
      /must not change the Secret/,
    )
  assert.is(asked.length, 0)
})

test('where it could not be written, its beginning fails', async () => {
  const { client } = objectApi({
    before: asked => {
      throw lost(asked)
    },
  })
  assert.match((await failure(() => startJournal(client, space, startOf(plan)))).message, 'lost')
})

test('are listed, the newest first, and those that cannot be read', async () => {
  const { client, put } = objectApi()
  const labels = { 'app.kubernetes.io/name': 'kubectl-dnsfix', 'app.kubernetes.io/component': 'journal' }
  const opened = []
  for (const at of [now, later, new Date('2026-11-21T00:00:00Z')])
    opened.push(await startJournal(client, space, startOf(plan, at)))
  const bad = {
    a: ['{"schemaVersion":1', /damaged/],
    b: ['{"schemaVersion":2,"version":"9.9.9"}', /newer kubectl dnsfix \(9.9.9\)/],
    c: ['{"schemaVersion":1,"id":"c","startedAt":"","state":"done","steps":[{}]}', /not whole/],
    d: ['null', /not whole/],
    e: [undefined, /has no journal.json/],
  } as const
  for (const [name, [text]] of Object.entries(bad))
    put(`/api/v1/namespaces/kube-system/configmaps/kubectl-dnsfix-${name}`, {
      metadata: { labels },
      data: { 'journal.json': text },
    })
  put(path, configMap('no journal'))
  const { journals, unreadable } = await listJournals(client, space)
  const [first, second, third] = opened.map(open => open.journal.id)
  assert.equal(
    journals.map(journal => journal.id),
    [second, first, third],
  )
  assert.equal(
    unreadable.map(({ name }) => name),
    Object.keys(bad).map(name => `kubectl-dnsfix-${name}`),
  )
  for (const [i, [, why]] of Object.values(bad).entries()) assert.match(unreadable[i]?.why ?? '', why)
  for (const [id, code] of [
    ['a', 'journal-unreadable'],
    ['zzz', 'journal-unknown'],
    ['../x', 'journal-unknown'],
  ] as const)
    assert.is((await expected(() => readJournal(client, space, id))).code, code)
})

test.run()
