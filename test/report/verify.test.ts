import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { analyze } from '../../src/analyze.ts'
import { verdictOf } from '../../src/criteria/criteria.ts'
import { verifyOutputs } from '../../src/options.ts'
import type { ReportedProbe, ReportedSearch } from '../../src/report/probes.ts'
import { type NotProbed, type VerifyReport, verifyReport } from '../../src/report/verify.ts'
import { verifyText } from '../../src/report/verify-render.ts'
import { rules } from '../../src/rules/index.ts'
import { healthy } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'
import { memoryIo } from '../io.ts'
import { observationsOf, planOf, probesOn, questions, servfail, silent, targets } from '../observations.ts'
import { assertValidVerify, isValidVerify, verifySchema } from '../schema.ts'
import { cases, reportOf } from './verify-cases.ts'

const test = suite('the report of verify')

const plain = (report: VerifyReport) => JSON.parse(JSON.stringify(report))

for (const [name, report] of Object.entries(cases)) {
  test(`${name}: holds to its schema, as JSON and as YAML`, () => {
    const own = report()
    assertValidVerify(plain(own), name)
    assert.equal(JSON.parse(verifyText(own, 'json', memoryIo())), plain(own))
    assert.equal(parse(verifyText(own, 'yaml', memoryIo()), { maxAliasCount: -1 }), plain(own))
  })
}

test('evidence that is not of verify gives a report too, and says so', () => {
  const snapshot = snapshotOf(healthy)
  const analysis = analyze(snapshot, rules)
  const report = verifyReport(snapshot, { ...analysis, verdict: verdictOf(analysis, [], snapshot) }, [], '1.2.3')
  assertValidVerify(plain(report), 'no plan')
  assert.is(report.plan, null)
  const table = verifyText(report, 'table', memoryIo())
  assert.match(table, /^\? Not known/)
  assert.match(table, /no probe Pods/)
})

test('every output is something else', () => {
  const report = cases.healthy()
  const texts = verifyOutputs.map(output => verifyText(report, output, memoryIo()))
  assert.is(new Set(texts).size, verifyOutputs.length)
  assert.ok(texts.every(t => t.endsWith('\n')))
})

test('an observation is told as it was', () => {
  const [service] = targets
  const [question] = questions
  assert.ok(service && question)
  const result = { rcode: 'NOERROR', answers: ['10.9.9.9'], ms: 1.26 }
  const observation = { node: 'w1', from: 'host', to: service, protocol: 'tcp', question, result } as const
  const snapshot = snapshotOf({ ...healthy, observations: [observation, { ...observation, result: silent }] })
  const [wrong, none] = verifyReport(snapshot, analyze(snapshot, rules), [], '1').probes
  assert.equal(wrong, {
    node: 'w1',
    from: 'host',
    to: { kind: 'service', name: 'kube-dns', address: '10.96.0.10', port: 53, node: null },
    protocol: 'tcp',
    name: question.name,
    type: 'A',
    about: 'cluster',
    expected: ['10.96.0.1'],
    status: 'wrong',
    rcode: 'NOERROR',
    silence: null,
    answers: ['10.9.9.9'],
    ms: 1.3,
  } satisfies ReportedProbe)
  assert.equal([none?.status, none?.rcode, none?.silence, none?.answers], ['silent', null, 'timeout', []])
})

test('what is closed to Pods, and not needed by them, is neither right nor failed', () => {
  const onlyService = reportOf({
    nodes: ['cp1'],
    from: ['pod', 'host'],
    fail: (_node, to) => (to.kind === 'service' ? undefined : silent),
  })
  const statuses = (from: string) => [
    ...new Set(onlyService.probes.filter(p => p.from === from).map(p => `${p.to.kind} ${p.status}`)),
  ]
  assert.equal(statuses('pod'), ['service right', 'pod closed', 'upstream closed'])
  assert.equal(statuses('host'), ['service right', 'pod silent', 'upstream silent'])
})

const closed: readonly [name: string, fail: NonNullable<Parameters<typeof reportOf>[0]['fail']>, found: boolean][] = [
  [
    'DNS Pods that all are silent, where the Service answers',
    (_n, to) => (to.kind === 'pod' ? silent : undefined),
    true,
  ],
  ['one DNS Pod of two', (_n, to) => (to === targets[1] ? silent : undefined), false],
  ['DNS Pods where the Service is silent too', (_n, to) => (to.kind === 'upstream' ? undefined : silent), false],
  ['upstreams that refuse Pods', (_n, to) => (to.kind === 'upstream' ? servfail : undefined), true],
  ['upstreams from one node only', (n, to) => (to.kind === 'upstream' && n === 'w1' ? silent : undefined), false],
]
for (const [name, fail, found] of closed) {
  test(`closed to Pods: ${name}: ${found}`, () => {
    const { probes } = reportOf({ nodes: ['cp1', 'w1'], fail })
    assert.is(
      probes.some(p => p.status === 'closed'),
      found,
    )
  })
}

const quota = { input: 'probes', why: 'failed', detail: 'exceeded quota' } as const
const missing: readonly [name: string, given: Parameters<typeof reportOf>[0], missed: readonly NotProbed[]][] = [
  ['nobody', { nodes: ['cp1', 'w1'] }, []],
  [
    'a node of the plan, with its reason',
    {
      nodes: ['cp1'],
      plan: { nodes: ['cp1', 'w1'] },
      gaps: [quota, { ...quota, object: 'w1', detail: 'no image' }, { ...quota, input: 'logs', object: 'w1' }],
    },
    [{ node: 'w1', from: 'pod', reason: 'no image' }],
  ],
  [
    'all nodes, by a gap without an object',
    { nodes: [], plan: { nodes: ['a', 'b'] }, gaps: [quota] },
    ['a', 'b'].map(node => ({ node, from: 'pod', reason: 'exceeded quota' }) as const),
  ],
  [
    'a node whose gap is all that is known of it',
    { nodes: ['cp1'], gaps: [{ ...quota, object: 'w1' }] },
    [{ node: 'w1', from: 'pod', reason: 'exceeded quota' }],
  ],
]
for (const [name, given, missed] of missing) {
  test(`not probed: ${name}`, () => {
    assert.equal(reportOf(given).notProbed, missed)
  })
}

test('not probed: in the network of one node, where the other was', () => {
  const observations = [...observationsOf({ nodes: ['a', 'b'] }), ...observationsOf({ nodes: ['a'], from: ['host'] })]
  const probes = [...probesOn(['a', 'b']), ...probesOn(['a'], 'host')]
  const snapshot = snapshotOf({ ...healthy, observations, probes }, { plan: planOf(['a', 'b']) })
  const report = verifyReport(snapshot, analyze(snapshot, rules), [], '1')
  assert.equal(report.notProbed, [{ node: 'b', from: 'host', reason: 'nothing came of its probe Pod' }])
})

test('the schema refuses what is not in it, or not right', () => {
  const report = plain(cases['kube-proxy']())
  const [probe] = report.probes
  assert.ok(isValidVerify(report))
  assert.not.ok(isValidVerify({ ...report, more: 1 }))
  assert.not.ok(isValidVerify({ ...report, kind: 'CheckReport' }))
  assert.not.ok(isValidVerify({ ...report, plan: undefined }))
  assert.not.ok(isValidVerify({ ...report, criteria: [{ id: 'other', status: 'passed', evidence: [] }] }))
  assert.not.ok(isValidVerify({ ...report, probes: [{ ...probe, status: 'fine' }] }))
  assert.not.ok(isValidVerify({ ...report, probes: [{ ...probe, to: { ...probe.to, port: 0 } }] }))
  // What it has in common with check is held, too.
  assert.not.ok(isValidVerify({ ...report, verdict: 'fine' }))
  assert.not.ok(isValidVerify({ ...report, findings: [{ code: 'DNS999' }] }))
  assert.ok(isValidVerify({ kind: 'Error', code: 'x', message: 'y', hint: 'z' }))
})

/** The compiler holds these keys against the types, the test against the schema: a new field has to be in both. */
type Keys<T> = { readonly [K in keyof Required<T>]: true }
const result = { rcode: true, silence: true, answers: true, ms: true } as const
const keys = {
  report: {
    schemaVersion: true,
    kind: true,
    tool: true,
    takenAt: true,
    cluster: true,
    dns: true,
    verdict: true,
    cause: true,
    plan: true,
    criteria: true,
    probes: true,
    notProbed: true,
    searches: true,
    findings: true,
    skipped: true,
    passed: true,
  } satisfies Keys<VerifyReport>,
  criterion: { id: true, status: true, evidence: true } satisfies Keys<VerifyReport['criteria'][0]>,
  probe: {
    node: true,
    from: true,
    to: true,
    protocol: true,
    name: true,
    type: true,
    about: true,
    expected: true,
    status: true,
    ...result,
  } satisfies Keys<ReportedProbe>,
  search: { node: true, name: true, ndots: true, queries: true, tried: true } satisfies Keys<ReportedSearch>,
}
const parts = [
  [
    'plan/anyOf/1',
    { run: true, namespace: true, image: true, nodes: true, eligible: true, sample: true, left: true } satisfies Keys<
      NonNullable<VerifyReport['plan']>
    >,
  ],
  ['notProbed/items', { node: true, from: true, reason: true } satisfies Keys<NotProbed>],
] as const

test('the fields of the schema are those of the types', () => {
  const { $defs } = verifySchema
  const at = (path: string) => path.split('/').reduce((part, key) => part[key], $defs.report.properties)
  const all = [
    ...Object.entries(keys).map(([name, own]) => [$defs[name], own, name]),
    ...parts.map(([path, own]) => [at(path), own, path]),
    [$defs.search.properties.tried.items, { name: true, ...result }, 'tried'],
  ]
  for (const [part, own, name] of all) {
    assert.equal(Object.keys(part.properties).sort(), Object.keys(own).sort(), name)
    assert.equal([...part.required].sort(), Object.keys(own).sort(), `${name}: required`)
    assert.is(part.additionalProperties, false, name)
  }
})

test.run()
