import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../src/errors.ts'
import type { StepState } from '../../src/fix/journal-text.ts'
import { appliedChanges } from '../../src/report/applied.ts'
import { exitOfFix, type FixReport, fixReport, type Outcome, outcome } from '../../src/report/fix.ts'
import { fixLines } from '../../src/report/fix-table.ts'
import { journalLines, journalList } from '../../src/report/journals.ts'
import type { Proposal } from '../../src/report/plan.ts'
import { styleFor } from '../../src/report/style.ts'
import { undoLines, undoReport } from '../../src/report/undo.ts'
import { yamlText } from '../../src/report/yaml.ts'
import { takenAt } from '../fixtures.ts'
import { assertGolden } from '../golden.ts'
import { assertValidFix, fixSchema, isValidFix } from '../schema.ts'
import { corefileChange, journal, nothing, onNode, proposals, refusedOnly, snapshot } from './fix-cases.ts'
import { cases, grade } from './verify-cases.ts'

const test = suite('the reports of fix and undo')

const style = styleFor({ columns: 120 }, {})
const founding = proposals['founding-fault'] as Proposal
const proof = (cases.healthy as NonNullable<typeof cases.healthy>)()
const step = (state: StepState, note = '') => ({
  change: corefileChange,
  state,
  at: takenAt,
  ...(note ? { note } : {}),
})
const applied = appliedChanges(journal({ steps: [step('applied', 'in use by both DNS Pods after 21 s')] }))
const undone = appliedChanges(journal({ steps: [step('undone', 'coredns-a did not load it')] }))
const plain = outcome('repaired', 'none', { applied, verify: proof, undo: '20261122132000-a1b2c3' })
const none = { applied: [], verify: null, undo: null }
const failure = new ExpectedError('configmaps/coredns: DNS Pod coredns-a refuses it. Everything was taken back.', {
  code: 'configuration-rejected',
  hint: 'kubectl dnsfix check',
  exitCode: 1,
})
const gone = new ExpectedError('The API server did not answer for a minute.', { code: 'server-gone', hint: 'Wait' })
const half = appliedChanges(journal({ steps: [step('failed', 'no answer')] }))
const cutOff = proposals['founding-fault']?.findings.slice(0, 1) ?? []
const unproved = 'The changes were applied, but not proved: the quota of namespace apps allows no such Pod.'
const failing = { ...proof, criteria: grade('failed') }

const outcomes: Readonly<Record<string, readonly [outcome: Partial<Outcome>, proposal?: Proposal | undefined]>> = {
  repaired: [{}],
  'repaired, and names fail for another reason': [{ verify: failing, still: cutOff }],
  'without a proof': [{ verify: null }],
  'not-proved': [{ verdict: 'not-proved', verify: null, notes: [unproved] }],
  'dry-run': [{ verdict: 'planned', dryRun: 'client', ...none }],
  'rolled-back': [
    { ...none, verdict: 'rolled-back', applied: undone, failure, log: ['coredns-a: [FATAL] plugin/loop'] },
  ],
  failed: [{ verdict: 'failed', verify: null, applied: half, failure: gone }],
  refused: [{ verdict: 'refused', ...none }, refusedOnly],
  'nothing-to-do': [{ verdict: 'nothing-to-do', ...none, notes: ['somebody repaired it'] }, nothing],
  nodes: [{}, proposals.nodes],
}
const report = (of: Partial<Outcome> = {}, proposal = founding): FixReport =>
  JSON.parse(JSON.stringify(fixReport(snapshot, proposal, { ...plain, ...of }, '1.2.3')))
const reports: Readonly<Record<string, FixReport>> = Object.fromEntries(
  Object.entries(outcomes).map(([name, [of, proposal]]) => [name, report(of, proposal)]),
)

const textOf = (of: FixReport | undefined, wide = false) => (of ? fixLines(of, style, wide).join('\n') : '')

test('golden: every outcome', () => {
  const parts = Object.entries(reports).map(([name, of]) => `# ${name}\n${textOf(of)}\n`)
  assertGolden('fix-outcomes.txt', parts.join('\n'))
})

for (const [name, of] of Object.entries(reports)) {
  test(`${name}: holds to its schema, and is YAML as well`, () => {
    assertValidFix(of, name)
    assert.match(yamlText(of), /^schemaVersion: "1"\nkind: FixReport\n/)
    assert.not.match(textOf(of) + textOf(of, true), /undefined|\[object|NaN/)
  })
}

test('a change on a node has a file, and texts before and after', () => {
  const [change] = reports.nodes?.plan?.changes ?? []
  const { before, after, file } = onNode('cp1')
  assert.equal([change?.object, change?.file], [{ kind: 'Node', name: 'cp1' }, file])
  assert.equal([change?.before, change?.after], [before, after])
  assert.match(change?.diff ?? '', /^--- cp1:\/etc\/default\/kubelet\n/)
})

test('only what was proved is called repaired', () => {
  assert.match(textOf(reports.repaired), /^✓ Repaired: /)
  const proved = ['repaired', 'nodes']
  const others = Object.entries(reports).filter(([name]) => !proved.includes(name))
  assert.is(others.length, 8)
  for (const [name, of] of others) assert.not.match(textOf(of), /^✓/, name)
})

test('the way back is named where something was changed, and only there', () => {
  const named = Object.entries(reports).filter(([, of]) => /kubectl dnsfix undo 2/.test(textOf(of)))
  assert.equal(
    named.map(([name]) => name),
    ['repaired', 'repaired, and names fail for another reason', 'without a proof', 'not-proved', 'failed', 'nodes'],
  )
})

test('where no way is open, what is to be done is told; so are the findings', () => {
  assert.match(textOf(reports.refused), /✗ kubeadm: the ConfigMap .*\n +- Ask for the right to get it\n/)
  assert.match(textOf(reports.refused), /also +.*DNS301 UpstreamLoopback/)
})

test('exit codes', () => {
  const codes = Object.entries(outcomes).map(([name, [of]]) => [name, exitOfFix({ ...plain, ...of })])
  assert.equal(Object.fromEntries(codes), {
    repaired: 0,
    'repaired, and names fail for another reason': 1,
    'without a proof': 0,
    'not-proved': 2,
    'dry-run': 0,
    'rolled-back': 1,
    failed: 2,
    refused: 1,
    'nothing-to-do': 0,
    nodes: 0,
  })
})

test('why a run ended, what is left wrong, and what the DNS Pods said, are told', () => {
  assert.match(textOf(reports['rolled-back']), /why +configmaps\/coredns: DNS Pod coredns-a refuses it/)
  assert.match(textOf(reports['rolled-back']), /log +coredns-a: \[FATAL\] plugin\/loop/)
  assert.match(
    textOf(reports['repaired, and names fail for another reason']),
    /^! Repaired, but .*\n(.*\n)+ +still +.*DNS102/,
  )
  assert.match(textOf(reports['not-proved']), /^! Changed, but not proved/)
  assert.match(textOf(reports['not-proved']), /note +.* the quota of namespace apps allows no such Pod/)
  assert.equal(reports.failed?.error, {
    kind: 'Error',
    code: 'server-gone',
    message: 'The API server did not answer for a minute.',
    hint: 'Wait',
  })
})

test('every state of a step is one of a change', () => {
  const all: readonly StepState[] = ['planned', 'applying', 'applied', 'failed', 'undone']
  assert.equal(
    appliedChanges(journal({ steps: all.map(state => step(state)) })).map(c => c.state),
    ['not-applied', 'failed', 'applied', 'failed', 'rolled-back'],
  )
})

test('undo', () => {
  const plan = { method: 'configmap', changes: [corefileChange], notes: [] } as const
  const of = { takenAt, id: '7', plan, applied: undone, verdict: 'undone', notes: [], failure: null } as const
  const told = (rest: object) => undoReport({ ...of, ...rest }, '1.2.3')
  assertValidFix(JSON.parse(JSON.stringify(told({}))), 'undone')
  assertValidFix(told({ id: null, plan: null, applied: [], verdict: 'nothing-to-do' }), 'nothing')
  assert.equal(undoLines(told({}), style), [
    '✓ Taken back: 7',
    '  ↶ ConfigMap kube-system/coredns taken back: coredns-a did not load it',
  ])
  assert.equal(undoLines(told({ verdict: 'failed', applied: [] }), style), ['✗ Not all of 7 is taken back'])
  assert.equal(undoLines(told({ verdict: 'nothing-to-do', applied: [] }), style), ['– Nothing to take back'])
  const broken = told({ failure: gone, notes: ['it was broken then, too'], verdict: 'failed', applied: [] })
  assertValidFix(JSON.parse(JSON.stringify(broken)), 'failed')
  assert.match(
    undoLines(broken, style).join('\n'),
    /why +The API server did not answer .*\n +Wait\n +note +it was broken/,
  )
})

test('undo --list', () => {
  const killed = journal({
    id: '20261123080000-0f0f0f',
    method: 'kubelet',
    state: 'running',
    startedAt: '2026-11-23T08:00:59Z',
  })
  const unreadable = [{ name: 'kubectl-dnsfix-x', why: 'it is empty' }]
  const of = journalList({ journals: [killed, journal()], unreadable }, null, '1.2.3')
  assertValidFix(of, 'list')
  assert.equal(journalLines(of, style), [
    'ID                     WHEN               METHOD     STATE       WHAT',
    '20261123080000-0f0f0f  2026-11-23 08:00Z  kubelet    unfinished  the DNS Pods ask 127.0.0.53, where nothing listens',
    '20261122132000-a1b2c3  2026-11-22 13:20Z  configmap  done        the DNS Pods ask 127.0.0.53, where nothing listens',
    '? ConfigMap kubectl-dnsfix-x: it is empty',
  ])
  assert.equal(journalLines(journalList({ journals: [], unreadable: [] }, null, '1.2.3'), style), [
    'Nothing was changed here that could be taken back.',
  ])
  for (const [holder, isUnderWay, word] of [
    ['bob@desk pid 7', true, 'under way  '],
    [undefined, null, 'under way or unfinished  '],
  ] as const) {
    const list = journalList({ journals: [killed, journal()], unreadable }, holder, '1.2.3')
    assertValidFix(list, 'list')
    assert.equal(
      list.journals.map(j => j.isUnderWay),
      [isUnderWay, false],
    )
    assert.match(journalLines(list, style)[1] ?? '', ` kubelet    ${word}`)
  }
})

test('the schema refuses what is not in it, or not right', () => {
  const of = report()
  assert.ok(isValidFix(of))
  assert.not(isValidFix({ ...of, more: 1 }))
  assert.not(isValidFix({ ...of, verdict: 'fixed' }))
  assert.not(isValidFix({ ...of, dryRun: true }))
  assert.not(isValidFix({ ...of, applied: [{ ...of.applied[0], state: 'done' }] }))
  assert.not(isValidFix({ ...of, plan: { ...of.plan, changes: [{}] } }))
  assert.not(isValidFix({ ...of, verify: {} }))
  const { undo: _, ...less } = of
  assert.not(isValidFix(less))
})

test('the fields of the schema are those of the reports, all required', () => {
  const of = report()
  const parts: readonly (readonly [string, object | undefined])[] = [
    ['report', of],
    ['plan', of.plan ?? undefined],
    ['change', of.plan?.changes[0]],
    ['way', of.alternatives[0]],
    ['refusal', of.refused[0]],
    ['applied', of.applied[0]],
  ]
  for (const [name, value] of parts) {
    const { properties, required, additionalProperties } = fixSchema.$defs[name]
    assert.equal([...required].sort(), Object.keys(value ?? {}).sort(), name)
    assert.equal(Object.keys(properties).sort(), [...required].sort(), name)
    assert.is(additionalProperties, false, name)
  }
})

test.run()
