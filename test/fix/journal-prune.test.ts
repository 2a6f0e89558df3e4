import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endJournal, listJournals, recordSpare, recordStep, startJournal } from '../../src/fix/journal.ts'
import { pruneJournals } from '../../src/fix/journal-prune.ts'
import type { JournalState } from '../../src/fix/journal-text.ts'
import type { Change } from '../../src/fix/plan.ts'
import { type Asked, objectApi, refusal, type Script } from './api.ts'
import { configMap, nodeChange, objectChange, path, planOf } from './changes.ts'

const test = suite('old journals')

const space = 'kube-system'
const edit = objectChange(configMap('bad'), configMap('good'))

/** Journals of runs that ended so, the oldest first. */
async function history(runs: readonly (readonly [JournalState, Change, spare?: true])[], script: Script = {}) {
  const api = objectApi(script)
  const ids: string[] = []
  for (const [day, [state, change, spare]] of runs.entries()) {
    const now = new Date(Date.UTC(2026, 0, day + 1))
    const open = await startJournal(api.client, space, { plan: planOf(change), why: '', version: '1', now })
    await recordStep(open, 0, 'applied', now)
    if (spare) await recordSpare(open, { path: '/apis/apps/v1/x/scale', replicas: 1 })
    await endJournal(open, state)
    ids.push(open.journal.id)
  }
  const left = async () => {
    const { journals } = await listJournals(api.client, space)
    return journals.map(({ id }) => ids.indexOf(id)).toSorted((a, b) => a - b)
  }
  return { ...api, left }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const times = (count: number, state: JournalState, change: Change = edit) => Array(count).fill([state, change])

test('twenty that are over are kept, older ones that were taken back go', async () => {
  const { client, left } = await history([...times(3, 'undone'), ...times(2, 'rolled-back'), ...times(20, 'undone')])
  await pruneJournals(client, space)
  assert.equal(await left(), range(5, 25))
  await pruneJournals(client, space)
  assert.equal(await left(), range(5, 25))
})

test('unfinished ones stay, and count for none', async () => {
  const { client, left } = await history([...times(2, 'running'), ...times(1, 'undone'), ...times(20, 'undone')])
  await pruneJournals(client, space)
  assert.equal(await left(), [0, 1, ...range(3, 23)])
})

test('a repair that stands stays, unless a newer one that stands goes back to the same', async () => {
  const other = objectChange(configMap('older'), configMap('bad'))
  const elsewhere = objectChange(null, configMap('x'), path.replace('coredns', 'other'))
  const { client, left } = await history([
    ['done', edit],
    ['done', other],
    ['done', elsewhere],
    ['done', nodeChange('w1', 'a', 'b')],
    ['rolled-back', edit, true],
    ...times(19, 'undone'),
    ['done', edit],
    ['done', nodeChange('w1', 'a', 'b')],
  ])
  await pruneJournals(client, space)
  // Of the fillers the oldest is one too many.
  assert.equal(await left(), [1, 2, 3, 4, ...range(6, 26)])
})

test('what was undone gives nothing back any more', async () => {
  const { client, left } = await history([['done', edit], ...times(25, 'undone')])
  await pruneJournals(client, space)
  assert.equal(await left(), [0, ...range(6, 26)])
})

test('one that somebody writes on meanwhile, and those that may not be deleted, stay', async () => {
  const denied = (asked: Asked) => {
    if (asked.method === 'DELETE') throw refusal(asked, 'configmaps is forbidden')
  }
  const forbidden = await history(times(22, 'undone'), { before: denied })
  await pruneJournals(forbidden.client, space)
  assert.equal(await forbidden.left(), range(0, 22))
  const touched = (asked: Asked) => {
    if (asked.method === 'DELETE') api.put(asked.path, { ...api.objects.get(asked.path) })
  }
  const api: Awaited<ReturnType<typeof history>> = await history(times(21, 'undone'), { before: touched })
  await pruneJournals(api.client, space)
  assert.equal(await api.left(), range(0, 21))
})

test.run()
