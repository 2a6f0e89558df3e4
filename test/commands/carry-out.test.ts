import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { carryOut } from '../../src/commands/carry-out.ts'
import { ConflictError } from '../../src/fix/apply-errors.ts'
import { listJournals } from '../../src/fix/journal.ts'
import type { ObjectChange } from '../../src/fix/plan.ts'
import { exitOfFix } from '../../src/report/fix.ts'
import { lost } from '../fix/api.ts'
import { configMap, objectChange, planOf } from '../fix/changes.ts'
import { cluster, mapPath } from '../fix/settled-cluster.ts'
import { runIn } from './runs.ts'

const test = suite('a plan that is carried out')

const corefile = (upstream: string) => `.:53 {\n    errors\n    forward . ${upstream}\n    reload\n}\n`
const [old, good] = [corefile('/etc/resolv.conf'), corefile('10.0.0.2')]
const other = '/api/v1/namespaces/kube-system/configmaps/other'

type There = ReturnType<typeof cluster>

const edit = (there: There, text: string): ObjectChange => ({
  ...objectChange(there.live(), { ...there.live(), data: { Corefile: text } }, mapPath),
  awaits: 'corefile-loaded',
})
const withOther = (there: There, text: string) =>
  planOf(objectChange(null, configMap('x', 'other'), other), edit(there, text))

const stateOf = async ({ client }: There) => (await listJournals(client, 'kube-system')).journals[0]?.state

test('a proof that cannot be made is told as what it is, and the changes stand', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const outcome = await carryOut(there.client, planOf(edit(there, good)), runIn(there))
  assert.is(outcome.verdict, 'not-proved')
  assert.match(outcome.notes.join(), /The changes were applied, but not proved: There is no node to probe from/)
  assert.is(exitOfFix(outcome), 2)
  assert.is(there.corefile(), good)
  const [journal] = (await listJournals(there.client, 'kube-system')).journals
  assert.equal([journal?.state, outcome.undo], ['done', journal?.id])
})

test('where no proof is wanted it counts as repaired', async () => {
  const there = cluster({ pods: 2, corefile: old })
  const outcome = await carryOut(there.client, planOf(edit(there, good)), runIn(there, { verify: false }))
  assert.equal([outcome.verdict, outcome.verify, exitOfFix(outcome)], ['repaired', null, 0])
})

test('a step that fails is in the report, with all that was applied and taken back', async () => {
  const refuses = (text: string) => (/10\.0\.0\.2/.test(text) ? "Unknown directive 'x'" : undefined)
  const there = cluster({ pods: 2, corefile: old, refuses })
  const outcome = await carryOut(there.client, withOther(there, good), runIn(there))
  assert.is(outcome.verdict, 'rolled-back')
  assert.equal(
    outcome.applied.map(a => `${a.object.name} ${a.state}`),
    ['other rolled-back', 'coredns rolled-back'],
  )
  assert.equal([outcome.failure?.code, outcome.undo], ['configuration-rejected', null])
  assert.is(exitOfFix(outcome), 1)
  assert.is(await stateOf(there), 'rolled-back')
})

test('the last words of DNS Pods that do not come up are in the report', async () => {
  const refuses = (text: string) => (/10\.0\.0\.2/.test(text) ? '[FATAL] plugin/loop: Loop detected' : undefined)
  const there = cluster({ pods: 2, corefile: corefile('127.0.0.53'), crashed: true, refuses })
  const outcome = await carryOut(there.client, planOf(edit(there, good)), runIn(there, { rollback: false }))
  assert.is(outcome.verdict, 'failed')
  assert.match(outcome.log.join(), /coredns-\d+: \[FATAL\] plugin\/loop: Loop detected/)
  assert.ok(outcome.undo)
})

test('an API server that goes away is told, with what undo needs, also after Ctrl-C', async () => {
  let isAway = false
  const leaving = new AbortController()
  const there = cluster({
    pods: 2,
    corefile: old,
    before: asked => {
      if (isAway) throw lost(asked)
    },
    onTick: now => {
      if (now < 8000) return
      isAway = true
      leaving.abort()
    },
  })
  const outcome = await carryOut(there.client, planOf(edit(there, good)), runIn(there, {}, leaving.signal))
  assert.is(outcome.verdict, 'failed')
  assert.ok(outcome.failure)
  assert.is.not(exitOfFix(outcome), 0)
  assert.match(outcome.undo ?? '', /^\d{14}-/)
})

test('Ctrl-C is told with how it was left', async () => {
  const leaving = new AbortController()
  const onTick = (now: number) => {
    if (now > 8000) leaving.abort()
  }
  const there = cluster({ pods: 2, corefile: old, onTick })
  const outcome = await carryOut(there.client, withOther(there, good), runIn(there, {}, leaving.signal))
  assert.is(outcome.verdict, 'rolled-back')
  assert.match(outcome.failure?.message ?? '', /^Interrupted .* Everything was taken back/)
  assert.is(exitOfFix(outcome), 130)
  assert.is(there.corefile(), old)
})

test("somebody else's change is a conflict of which nothing is left", async () => {
  const there = cluster({ pods: 2, corefile: old })
  const plan = withOther(there, good)
  there.put(mapPath, configMap(corefile('10.0.0.7')))
  const outcome = await carryOut(there.client, plan, runIn(there))
  assert.instance(outcome.failure, ConflictError)
  assert.is(outcome.verdict, 'rolled-back')
  assert.not.ok(there.objects.has(other))
})

test.run()
