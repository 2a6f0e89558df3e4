import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { carryOut } from '../../src/commands/carry-out.ts'
import { wentBack } from '../../src/commands/go-back.ts'
import type { UndoRun } from '../../src/commands/undo.ts'
import { readJournal } from '../../src/fix/journal.ts'
import { reversed } from '../../src/fix/reversal.ts'
import { foundingFault } from '../clusters.ts'
import { type Asked, lost } from '../fix/api.ts'
import { objectChange, planOf } from '../fix/changes.ts'
import { cluster, mapPath } from '../fix/settled-cluster.ts'
import { memoryIo } from '../io.ts'
import { keptNotes, runIn } from './runs.ts'

const test = suite('the way back')

const corefile = (upstream: string) => `.:53 {\n    errors\n    forward . ${upstream}\n    reload\n}\n`
const [looping, good] = [corefile('127.0.0.53'), corefile('10.0.0.2')]
const loop = '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone "."'
const dies = (text: string) => (text === looping ? loop : undefined)

type There = ReturnType<typeof cluster>

/** The founding fault, repaired: what `undo` finds. */
async function repaired(there: There) {
  const change = objectChange(there.live(), { ...there.live(), data: { Corefile: good } }, mapPath)
  const plan = planOf({ ...change, awaits: 'corefile-loaded' })
  const { undo } = await carryOut(there.client, plan, runIn(there, { verify: false }))
  const journal = await readJournal(there.client, 'kube-system', undo ?? '')
  const { changes } = await reversed(there.client, journal.journal)
  return { journal, plan: { ...plan, changes }, id: undo }
}

const runOf = (there: There, signal = new AbortController().signal): UndoRun => ({
  client: there.client,
  options: { kube: {} as never, output: 'json', id: undefined, list: false, yes: true, force: false, verbose: false },
  io: memoryIo({ signal }),
  spinner: keptNotes(),
  evidence: foundingFault,
  clock: there.waiting.clock,
})

test('to a Corefile that loops is gone, and the report says that it was broken before', async () => {
  const there = cluster({ pods: 2, corefile: looping, crashed: true, dies })
  const { journal, plan } = await repaired(there)
  const back = await wentBack(runOf(there), journal, plan)
  assert.equal([back.verdict, back.failure], ['undone', null])
  assert.equal(
    back.applied.map(a => a.state),
    ['rolled-back'],
  )
  assert.match(
    back.notes.join(),
    /do not come up with what was before: it was broken then, too \(.*\[FATAL\] plugin\/loop/,
  )
  assert.is(there.corefile(), looping)
})

test('an API server that goes away in the middle is told in the report, with what goes on with it', async () => {
  let isAway = false
  const before = (asked: Asked) => {
    if (isAway && asked.method === 'PUT' && asked.path.startsWith(mapPath)) throw lost(asked)
  }
  const there = cluster({ pods: 2, corefile: looping, crashed: true, before })
  const { journal, plan } = await repaired(there)
  isAway = true
  const back = await wentBack(runOf(there), journal, plan)
  assert.equal([back.verdict, back.failure?.code], ['failed', 'server-gone'])
  assert.equal(
    back.applied.map(a => a.state),
    ['applied'],
  )
  assert.is(there.corefile(), good)
})

test('Ctrl-C in the middle is told, with the command that goes on', async () => {
  const there = cluster({ pods: 2, corefile: looping, crashed: true })
  const { journal, plan, id } = await repaired(there)
  const back = await wentBack(runOf(there, AbortSignal.abort()), journal, plan)
  assert.equal([back.verdict, back.failure?.exitCode, back.failure?.code], ['failed', 130, 'interrupted'])
  assert.match(back.failure?.hint ?? '', new RegExp(`kubectl dnsfix undo ${id}`))
  assert.is(there.corefile(), good)
})

test.run()
