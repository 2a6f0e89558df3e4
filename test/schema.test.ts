import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../src/analyze.ts'
import { type Args, type Code, codes } from '../src/catalog.ts'
import { describeError, type ErrorReport, ExpectedError } from '../src/errors.ts'
import { type CheckReport, checkReport, type ReportedFinding } from '../src/report/check.ts'
import { rules } from '../src/rules/index.ts'
import { run } from '../src/run.ts'
import { type Evidence, type Gap, inputs } from '../src/snapshot/snapshot.ts'
import { foundingFault, healthy, refused } from './clusters.ts'
import { allRules, casesOf, snapshotOf, takenAt } from './fixtures.ts'
import { memoryIo } from './io.ts'
import { assertValid, isValid, schema } from './schema.ts'

const test = suite('schema')

function reportOf(evidence: Partial<Evidence>, gaps: readonly Gap[] = []): CheckReport {
  const snapshot = snapshotOf(evidence, { gaps })
  return JSON.parse(JSON.stringify(checkReport(snapshot, analyze(snapshot, rules), '1.2.3')))
}

test('reports of whole clusters', () => {
  for (const evidence of [{}, healthy, foundingFault]) assertValid(reportOf(evidence), 'report')
})

test('reports of what could not be seen', () => {
  for (const input of inputs) {
    const { evidence, gaps } = refused(healthy, input)
    assertValid(reportOf(evidence, gaps), input)
    assertValid(reportOf(evidence, [{ input, object: 'x', why: 'timeout', detail: 'too late' }]), input)
  }
})

test('a report of the findings of every fixture', () => {
  let reported = 0
  for (const rule of allRules) {
    for (const each of casesOf(rule.name)) {
      const findings = [...rule.check(each.evidence, new Date(each.at ?? takenAt))]
      const analysis = { verdict: 'broken', cause: findings[0] ?? null, findings, skipped: [], passed: [] } as const
      // Fixtures have only what their rule reads; the rest of the report is of an empty cluster.
      const report = checkReport(snapshotOf({}), analysis, '1.2.3')
      assertValid(JSON.parse(JSON.stringify(report)), `${rule.name}: ${each.name}`)
      reported += findings.length
    }
  }
  assert.ok(reported > codes.length)
})

test('errors', async () => {
  const reports = [
    describeError(new ExpectedError('No.', { code: 'no', hint: 'Do.' }), 'https://a.example'),
    describeError(new TypeError('bug'), 'https://a.example'),
    describeError('text', 'https://a.example'),
  ]
  for (const [i, report] of reports.entries()) assertValid(report, `error ${i}`)
  for (const argv of [
    ['check', '--nosuch', '-o', 'json'],
    ['check', '--from', '/nosuch', '-ojson'],
    ['chek', '--output=json'],
  ]) {
    const io = memoryIo()
    assert.is(await run(argv, io), 2)
    assert.is(io.err(), '')
    assertValid(JSON.parse(io.out()), argv.join(' '))
  }
})

test('the schema refuses what is not in it, or not right', () => {
  const report = reportOf(foundingFault)
  const [first] = report.findings
  assert.ok(isValid(report))
  assert.not.ok(isValid({ ...report, more: 1 }))
  assert.not.ok(isValid({ ...report, verdict: 'fine' }))
  assert.not.ok(isValid({ ...report, schemaVersion: '2' }))
  assert.not.ok(isValid({ ...report, takenAt: undefined }))
  assert.not.ok(isValid({ ...report, findings: [{ ...first, code: 'DNS999' }] }))
  assert.not.ok(isValid({ ...report, findings: [{ ...first, args: { ...first?.args, more: 1 } }] }))
  assert.not.ok(isValid({ ...report, findings: [{ ...first, name: 'Other' }] }))
  assert.not.ok(isValid({ kind: 'Error', code: 'x', message: 'y' }))
  assert.not.ok(isValid({}))
})

/** The compiler holds these keys against the types, the test against the schema: a new field has to be in both. */
type Keys<T> = { readonly [K in keyof Required<T>]: true }
const types = {
  report: {
    schemaVersion: true,
    kind: true,
    tool: true,
    takenAt: true,
    cluster: true,
    dns: true,
    verdict: true,
    cause: true,
    findings: true,
    skipped: true,
    passed: true,
  } satisfies Keys<CheckReport>,
  finding: {
    code: true,
    name: true,
    severity: true,
    category: true,
    reach: true,
    object: true,
    message: true,
    args: true,
    evidence: true,
    causedBy: true,
    remedy: true,
    docs: true,
    fixable: true,
  } satisfies Keys<ReportedFinding>,
  error: { kind: true, code: true, message: true, hint: true } satisfies Keys<ErrorReport>,
}
const parts = {
  cluster: { server: true, version: true, distribution: true, nodes: true, kubeletsAsked: true } satisfies Keys<
    CheckReport['cluster']
  >,
  dns: { engine: true, version: true, service: true, pods: true } satisfies Keys<CheckReport['dns']>,
}
const pod = { name: true, node: true, ip: true, ready: true, restarts: true, upstreams: true } satisfies Keys<
  CheckReport['dns']['pods'][0]
>
const args: { readonly [C in Code]: Keys<Args<C>> } = {
  DNS101: { service: true, expected: true },
  DNS102: { service: true, ready: true, total: true },
  DNS103: { service: true, selector: true, labels: true, pods: true },
  DNS104: { service: true, protocol: true },
  DNS105: { pods: true },
  DNS106: { pods: true, reason: true },
  DNS107: { pods: true, exitCode: true },
  DNS108: { pods: true, limit: true },
  DNS109: { workload: true },
  DNS110: { pods: true },
  DNS111: { pods: true, waitingFor: true },
  DNS112: { pods: true, name: true, how: true },
  DNS113: { namespace: true },
  DNS201: { configMap: true, problem: true, running: true },
  DNS202: { pods: true },
  DNS203: { configMap: true, key: true, problem: true },
  DNS204: { configMap: true, key: true },
  DNS205: { configMap: true },
  DNS301: { addresses: true, from: true },
  DNS302: { upstreams: true, how: true },
  DNS303: { why: true },
  DNS304: { address: true },
  DNS305: { pods: true, name: true, how: true },
  DNS401: { nodes: true, alike: true, path: true },
  DNS402: { nodes: true, clusterDNS: true, service: true, clusterIP: true },
  DNS403: { nodes: true, clusterDomain: true, zones: true },
  DNS404: { nodes: true, pods: true, path: true },
  DNS405: { node: true, pods: true, why: true },
  DNS501: { service: true, address: true, askedPods: true, nodes: true, how: true },
  DNS502: { nodes: true, pods: true, answering: true, where: true, how: true },
  DNS503: { protocol: true, nodes: true, targets: true, how: true },
  DNS504: { pods: true, nodes: true, how: true },
  DNS505: { nodes: true, targets: true, host: true, how: true },
  DNS506: { upstreams: true, nodes: true, how: true },
  DNS507: { policies: true, direction: true, namespace: true, protocols: true, pods: true },
  DNS508: { name: true, answers: true },
  DNS509: { name: true, nodes: true, protocols: true, how: true },
  DNS510: { name: true, answers: true },
  DNS511: { name: true, nodes: true, answers: true, expected: true },
  DNS512: { address: true, nodes: true, how: true },
  DNS513: { upstreams: true, nodes: true, how: true },
  DNS514: { name: true, domain: true, answers: true },
  DNS901: { right: true, what: true },
  DNS902: { what: true, objects: true, why: true },
  DNS903: { what: true, objects: true, why: true },
  DNS904: { nodes: true, reason: true },
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>
  readonly required: readonly string[]
  readonly additionalProperties: boolean
}

function assertKeys(part: ObjectSchema, keys: object, name: string): void {
  assert.equal(Object.keys(part.properties).sort(), Object.keys(keys).sort(), name)
  assert.equal([...part.required].sort(), Object.keys(keys).sort(), `${name}: required`)
  assert.is(part.additionalProperties, false, name)
}

test('the fields of the schema are those of the types', () => {
  for (const [name, keys] of Object.entries(types)) assertKeys(schema.$defs[name], keys, name)
  const { properties } = schema.$defs.report
  for (const [name, keys] of Object.entries(parts)) assertKeys(properties[name], keys, name)
  assertKeys(properties.dns.properties.pods.items, pod, 'pod')
})

test('the arguments of every code are those of its type', () => {
  const cases: readonly {
    if: { properties: { code: { const: Code } } }
    then: { properties: { args: ObjectSchema } }
  }[] = schema.$defs.finding.allOf
  assert.equal(
    cases.map(c => c.if.properties.code.const),
    codes,
  )
  assert.equal(schema.$defs.finding.properties.code.enum, codes)
  for (const each of cases) {
    const code = each.if.properties.code.const
    assertKeys(each.then.properties.args, args[code], code)
  }
})

test.run()
