import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Journal, StepState } from '../../src/fix/journal.ts'
import { endJournal, listJournals, recordStep, startJournal } from '../../src/fix/journal.ts'
import { applyChange, cleaned, readObject, sameContent } from '../../src/fix/objects.ts'
import type { Change, KubeObject, ObjectChange } from '../../src/fix/plan.ts'
import { type Reversal, reversed } from '../../src/fix/reversal.ts'
import { type Asked, type ObjectApi, objectApi, refusal } from './api.ts'
import { configMap, nodeChange, objectChange, path, planOf } from './changes.ts'

const test = suite('the way back')

const space = 'kube-system'
const now = new Date('2026-11-22T13:20:00Z')
const at = (name: string): string => path.replace('coredns', name)

const journalOf = (...steps: readonly (readonly [Change, StepState])[]): Journal => ({
  schemaVersion: 1,
  id: 'x',
  version: '1',
  startedAt: now.toISOString(),
  method: 'configmap',
  state: 'running',
  why: '',
  steps: steps.map(([change, state]) => ({ change, state, at: now.toISOString() })),
})

const changed = (from: string | null, to: string | null): ObjectChange =>
  objectChange(from === null ? null : configMap(from), to === null ? null : configMap(to))

const textOf = (object: KubeObject | null | undefined) =>
  (object?.data as { Corefile: string } | undefined)?.Corefile ?? null
const texts = ({ changes }: Reversal) =>
  changes.map(c => (c.kind === 'object' ? [textOf(c.before), textOf(c.after)] : [c.before, c.after]))

/** What the way back is when this is there. */
const backFrom = (there: string | null, ...steps: readonly (readonly [Change, StepState])[]) => {
  const { client } = objectApi(there === null ? {} : { objects: { [path]: configMap(there) } })
  return reversed(client, journalOf(...steps))
}

test('only steps that may have been done are taken back, the live object decides', async () => {
  const table: readonly (readonly [state: StepState, there: string | null, back: unknown, conflicts: number])[] = [
    ['planned', 'a', [], 0],
    ['undone', 'b', [], 0],
    ['applying', 'a', [], 0],
    ['applying', 'b', [['b', 'a']], 0],
    ['applying', 'c', [['c', 'a']], 1],
    ['applying', null, [[null, 'a']], 1],
    ['applied', 'a', [], 0],
    ['applied', 'b', [['b', 'a']], 0],
    ['applied', 'c', [['c', 'a']], 1],
    ['failed', 'a', [], 0],
    ['failed', 'b', [['b', 'a']], 0],
    ['failed', 'c', [], 0],
  ]
  for (const [state, there, back, conflicts] of table) {
    const way = await backFrom(there, [changed('a', 'b'), state])
    assert.equal([texts(way), way.conflicts.length], [back, conflicts], `${state} ${there}`)
  }
})

test('a conflict has what is there and what the run had left', async () => {
  const { conflicts, changes } = await backFrom('c', [changed('a', 'b'), 'applied'])
  assert.equal([textOf(conflicts[0]?.left), textOf(conflicts[0]?.change.before)], ['b', 'c'])
  assert.is(conflicts[0]?.change, changes[0])
  const deleted = await backFrom('c', [changed('a', null), 'applied'])
  assert.is(deleted.conflicts[0]?.left, null)
})

test('changes of one object are taken back as one, but not across its deletion', async () => {
  assert.equal(texts(await backFrom('c', [changed('a', 'b'), 'applied'], [changed('b', 'c'), 'applied'])), [['c', 'a']])
  assert.equal(texts(await backFrom('b', [changed('a', 'b'), 'applied'], [changed('b', 'c'), 'applying'])), [
    ['b', 'a'],
  ])
  assert.equal(texts(await backFrom('b', [changed(null, 'a'), 'applied'], [changed('a', 'b'), 'applied'])), [
    ['b', null],
  ])
  const anew = [[changed('a', null), 'applied'] as const, [changed(null, 'b'), 'applied'] as const]
  assert.equal(texts(await backFrom('b', ...anew)), [
    ['b', null],
    [null, 'a'],
  ])
  assert.equal(texts(await backFrom('a', ...anew)), [])
})

test('what the server filled in is no change by somebody else', async () => {
  const { client, put, objects } = objectApi({ defaults: () => ({ immutable: false }) })
  put(path, configMap('b'))
  const [way] = (await reversed(client, journalOf([changed('a', 'b'), 'applying']))).changes
  assert.is(way?.kind === 'object' && way.before?.metadata.uid, objects.get(path)?.metadata.uid)
  put(path, { ...configMap('b'), data: { Corefile: 'b', theirs: 'x' } })
  assert.is((await reversed(client, journalOf([changed('a', 'b'), 'applied']))).conflicts.length, 1)
})

test('where the server cannot be asked what it would fill in, another text is a conflict', async () => {
  const before = (asked: Asked) => {
    if (asked.method === 'PUT') throw refusal(asked, 'admission webhook "w" does not support dry run', 400)
  }
  const { client } = objectApi({ objects: { [path]: { ...configMap('b'), immutable: false } }, before })
  assert.is((await reversed(client, journalOf([changed('a', 'b'), 'applied']))).conflicts.length, 1)
})

test('files on nodes are taken back, the last node first', async () => {
  const way = await backFrom(
    null,
    [nodeChange('w1', 'a', 'b'), 'applied'],
    [nodeChange('w2', 'a', 'b'), 'applying'],
    [nodeChange('w3', 'a', 'b'), 'planned'],
  )
  assert.equal(
    way.changes.map(c => c.kind === 'node' && [c.node, c.before, c.after, c.why]),
    ['w2', 'w1'].map(node => [node, 'b', 'a', 'Taken back: CoreDNS forwards to itself']),
  )
})

test('a file that was not there is removed, not emptied', async () => {
  const [way] = (await backFrom(null, [nodeChange('w1', null, 'b'), 'applied'])).changes
  assert.equal([way?.before, way?.after], ['b', null])
})

class Killed extends Error {}

/** A run as `apply` does it, which is killed before or after the request of that number. */
async function run(api: ObjectApi, plan: readonly ObjectChange[]): Promise<void> {
  const open = await startJournal(api.client, space, { plan: planOf(...plan), why: '', version: '1', now })
  for (const [index, change] of plan.entries()) {
    await recordStep(open, index, 'applying', now)
    const before = change.before && (await readObject(api.client, change.path))
    await applyChange(api.client, { ...change, before })
    await recordStep(open, index, 'applied', now)
  }
  await endJournal(open, 'done')
}

async function undo(api: ObjectApi): Promise<Reversal | undefined> {
  const [journal] = (await listJournals(api.client, space)).journals
  if (!journal) return undefined
  const way = await reversed(api.client, journal)
  const back = way.changes.filter(change => change.kind === 'object')
  for (const change of back) await applyChange(api.client, change)
  return way
}

const names = ['a', 'b', 'c']
const state = (name: string, text: string | null) => (text === null ? null : configMap(text, name))
const content = fc.option(fc.constantFrom('1', '2', '3'), { nil: null })
const begin = fc.record(Object.fromEntries(names.map(name => [name, content])))
const moves = fc.array(fc.tuple(fc.constantFrom(...names), content), { minLength: 1, maxLength: 5 })

/** A plan of these moves: each finds what the one before it left. */
function planned({ objects }: ObjectApi, to: readonly (readonly [string, string | null])[]) {
  const there = new Map<string, KubeObject | null>(objects)
  return to.flatMap(([name, text]) => {
    const from = there.get(at(name)) ?? null
    if (textOf(from) === text) return []
    there.set(at(name), state(name, text))
    return [objectChange(from, state(name, text), at(name))]
  })
}

test('killed at any point, everything is as it was', async () => {
  const point = fc.record({ request: fc.nat(30), isDone: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(begin, moves, point, fc.boolean(), async (start, to, { request, isDone }, fills) => {
      let isOn = true
      const kill = (done: boolean) => () => {
        if (isOn && done === isDone && api.asked.length > request) throw new Killed()
      }
      const there = Object.entries(start).flatMap(([name, text]) => {
        const object = state(name, text)
        return object ? [[at(name), object] as const] : []
      })
      const defaults = () => (fills ? { immutable: false } : {})
      const objects = Object.fromEntries(there)
      const api: ObjectApi = objectApi({ objects, before: kill(false), after: kill(true), defaults })
      const before = new Map([...api.objects].map(([path, object]) => [path, cleaned(object)]))
      await run(api, planned(api, to)).catch(error => assert.instance(error, Killed))
      isOn = false
      assert.equal((await undo(api))?.conflicts ?? [], [])
      assert.equal((await undo(api))?.changes ?? [], [])
      for (const name of names)
        assert.ok(sameContent(api.objects.get(at(name)) ?? null, before.get(at(name)) ?? null), name)
    }),
    { numRuns: 500 },
  )
})

test.run()
