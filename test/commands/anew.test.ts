import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { untilNoConflict } from '../../src/commands/anew.ts'
import type { Draft, FixRun } from '../../src/commands/draft.ts'
import { ExpectedError } from '../../src/errors.ts'
import { ConflictError } from '../../src/fix/apply-errors.ts'
import type { FixOptions } from '../../src/options.ts'
import { type Outcome, outcome } from '../../src/report/fix.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy } from '../clusters.ts'
import { type Asked, objectApi, refusal } from '../fix/api.ts'
import { configMap, objectChange, path } from '../fix/changes.ts'
import { snapshotOf } from '../fixtures.ts'
import { memoryIo } from '../io.ts'
import { expected } from '../kube/support.ts'
import { fixOptions, keptNotes, taker } from './runs.ts'

const test = suite('a plan that somebody else gets in the way of')

const corefile = foundingFault.configMaps.find(c => c.metadata.name === 'coredns')?.data?.Corefile ?? ''
const deployment = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'

/** Nobody answers, and nobody has to look at nodes to know what to do. */
const scaledDown: Evidence = {
  ...healthy,
  workloads: healthy.workloads.map(w => ({ ...w, spec: { ...w.spec, replicas: 0 } })),
  pods: [],
  endpointSlices: [],
  answers: [],
  logs: [],
  metrics: [],
}

const conflict = new ConflictError(objectChange(null, configMap('x')), new Error('x'))
const conflicting = outcome('rolled-back', 'none', { failure: conflict })
const repaired = outcome('repaired', 'none')
const moved = new ExpectedError('The plan cannot be carried out: it was changed.', { code: 'plan-conflict', hint: '' })

interface Given {
  readonly options?: Partial<FixOptions>
  /** what each look sees; the last one again and again */
  readonly looks?: readonly Partial<Evidence>[]
  readonly before?: (asked: Asked) => void
}

function runOf({ options = {}, looks = [foundingFault], before = () => undefined }: Given) {
  const { client, asked } = objectApi({
    objects: { [path]: configMap(corefile), [deployment]: { kind: 'Deployment', spec: { replicas: 0 } } },
    before,
  })
  let count = 0
  const look = async () => snapshotOf(looks[Math.min(count++, looks.length - 1)] ?? foundingFault)
  const spinner = keptNotes()
  const given = fixOptions({ upstreams: ['10.1.0.2', '10.1.0.3'], ...options })
  const run: FixRun = { client, options: given, io: memoryIo(), spinner, taker, look }
  return { run, notes: spinner.notes, looks: () => count, asked }
}

/** Does nothing, and ends each time as is said. */
function ending(...results: readonly (Outcome | Error)[]) {
  const drafts: Draft[] = []
  const carry = async (draft: Draft) => {
    drafts.push(draft)
    const result = results[drafts.length - 1] ?? repaired
    if (result instanceof Error) throw result
    return result
  }
  return { carry, drafts }
}

test('without a conflict it is planned once', async () => {
  const { run, looks } = runOf({})
  const { outcome } = await untilNoConflict(run, ending(repaired).carry)
  assert.equal([outcome.verdict, looks()], ['repaired', 1])
})

for (const [name, first] of [
  ['while it was applied', conflicting],
  ['before the question', moved],
] as const)
  test(`a conflict ${name}: looked and planned anew, and said why`, async () => {
    const { run, notes, looks } = runOf({})
    const { carry, drafts } = ending(first)
    const { outcome, draft } = await untilNoConflict(run, carry)
    assert.equal([outcome.verdict, looks()], ['repaired', 2])
    assert.match(notes.join(), /changed .*while this run was at work\. It was looked and planned anew/)
    assert.match(draft.proposal.plan?.notes.join() ?? '', /planned anew: .*changed/)
    assert.not.match(drafts[0]?.proposal.plan?.notes.join() ?? '', /planned anew/)
  })

test('with --yes it goes on by itself twice, and then tells of the conflict', async () => {
  const { run } = runOf({})
  const { carry, drafts } = ending(conflicting, conflicting, conflicting)
  const { outcome } = await untilNoConflict(run, carry)
  assert.equal([drafts.length, outcome.failure], [3, conflict])
  const before = ending(moved, moved, moved)
  assert.is(await expected(() => untilNoConflict(runOf({}).run, before.carry)), moved)
  assert.is(before.drafts.length, 3)
})

test('who is asked each time may go on for longer', async () => {
  const { run } = runOf({ options: { yes: false } })
  const { carry, drafts } = ending(conflicting, conflicting, conflicting, conflicting)
  assert.is((await untilNoConflict(run, carry)).outcome.verdict, 'repaired')
  assert.is(drafts.length, 5)
})

test('when nothing is left to repair, somebody did it', async () => {
  const { run } = runOf({ looks: [scaledDown, healthy], options: { upstreams: [] } })
  const { carry, drafts } = ending(conflicting)
  const { outcome } = await untilNoConflict(run, carry)
  assert.equal([outcome.verdict, drafts.length], ['nothing-to-do', 1])
  assert.match(outcome.notes.join(), /nothing is left to repair: somebody repaired it/)
})

test('a client dry run creates nothing where the upstreams are named', async () => {
  const { run, asked } = runOf({ options: { dryRun: 'client' } })
  const { draft } = await untilNoConflict(run, ending().carry)
  assert.is(draft.proposal.plan?.changes.length, 1)
  assert.ok(asked.length > 0)
  assert.equal(
    asked.filter(one => one.method !== 'GET'),
    [],
  )
})

test('that it cannot be proved is said before the question, and refuses nothing', async () => {
  const quota = 'pods "x" is forbidden: exceeded quota: no-pods, requested: pods=1, used: pods=0, limited: pods=0'
  const before = (asked: Asked) => {
    if (asked.method === 'POST' && asked.path.includes('/pods?')) throw refusal(asked, quota)
  }
  const { run, asked } = runOf({ before })
  const { draft } = await untilNoConflict(run, ending().carry)
  assert.match(
    draft.proposal.plan?.notes.join() ?? '',
    /cannot be proved .*the quota of namespace default .*--no-verify/,
  )
  const pods = asked.filter(one => one.method === 'POST' && one.path.includes('/pods?'))
  assert.ok(pods.length === 1 && pods.every(one => one.path.includes('dryRun=All')))
  const unasked = runOf({ before, options: { verify: false } })
  const { draft: other } = await untilNoConflict(unasked.run, ending().carry)
  assert.not.match(other.proposal.plan?.notes.join() ?? '', /proved/)
})

test.run()
