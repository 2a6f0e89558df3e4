import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { junitText } from '../../src/report/junit.ts'
import { attribute, characters } from '../../src/report/xml.ts'
import { silent } from '../observations.ts'
import { cases, grade, reportOf } from './verify-cases.ts'
import { type Element, parseXml } from './xml.ts'

const test = suite('junit')

const child = (element: Element, name: string) => element.children.filter(c => c.name === name)
const suitesOf = (report: ReturnType<typeof reportOf>) => child(parseXml(junitText(report)), 'testsuite')
const find = (suites: readonly Element[], name: string) => suites.filter(s => s.attributes.name === name)
const endings = ['failure', 'error', 'skipped'] as const

/** Attributes and children as the JUnit schema of jenkinsci/xunit-plugin (junit-10.xsd) allows and requires them. */
const schema: Readonly<Record<string, { children: RegExp; required: readonly string[] }>> = {
  testsuites: { children: /^testsuite$/, required: ['name', 'tests', 'failures', 'errors', 'time'] },
  testsuite: {
    children: /^(testcase|system-out)$/,
    required: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
  },
  testcase: { children: /^(failure|error|skipped)$/, required: ['name', 'classname', 'time'] },
  failure: { children: /^$/, required: ['message', 'type'] },
  error: { children: /^$/, required: ['message', 'type'] },
  skipped: { children: /^$/, required: ['message'] },
  'system-out': { children: /^$/, required: [] },
}

function assertSchema(element: Element): void {
  const own = schema[element.name]
  assert.ok(own, element.name)
  assert.equal(Object.keys(element.attributes).sort(), [...(own?.required ?? [])].sort(), element.name)
  for (const each of element.children) {
    assert.match(each.name, own?.children ?? /^$/)
    assertSchema(each)
  }
}

function assertCounts(suites: readonly Element[], counted: Element): void {
  const tests = suites.flatMap(s => child(s, 'testcase'))
  const number = (name: string) => tests.filter(t => child(t, name).length > 0).length
  assert.is(counted.attributes.tests, String(tests.length))
  assert.is(counted.attributes.failures, String(number('failure')))
  assert.is(counted.attributes.errors, String(number('error')))
}

for (const [name, report] of Object.entries(cases)) {
  test(`${name}: well-formed, of the structure that CI systems read, and rightly counted`, () => {
    const own = report()
    const root = parseXml(junitText(own))
    assert.is(root.name, 'testsuites')
    assertSchema(root)
    assertCounts(root.children, root)
    for (const each of root.children) {
      assertCounts([each], each)
      assert.match(each.attributes.timestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
      for (const t of child(each, 'testcase')) assert.match(t.attributes.time ?? '', /^\d+\.\d{3}$/)
      const names = child(each, 'testcase').map(t => t.attributes.name)
      assert.is(new Set(names).size, names.length, 'one case, one name')
    }
  })
}

test('one case for each node and target, from the network of the node one more', () => {
  const suites = suitesOf(cases['kube-proxy']())
  assert.equal(
    suites.map(s => s.attributes.name),
    ['cluster', 'cp1', 'w1'],
  )
  const [w1] = find(suites, 'w1')
  assert.ok(w1)
  assert.is(w1.attributes.tests, '10')
  const failed = child(w1, 'testcase').filter(t => child(t, 'failure').length > 0)
  assert.equal(
    failed.map(t => t.attributes.name),
    ['Service kube-dns 10.96.0.10', "Service kube-dns 10.96.0.10, from the node's own network"],
  )
  const [failure] = child(failed[0] as Element, 'failure')
  assert.is(failure?.attributes.type, 'silent')
  assert.match(failure?.text ?? '', /over UDP: no answer within 2\.0 s.*\n.*over TCP/)
})

test('the criteria of the grade: what is not known is an error, never a pass', () => {
  const report = reportOf({ nodes: ['cp1'], resolves: 'unknown' })
  const [cluster] = find(suitesOf(report), 'cluster')
  assert.ok(cluster)
  const ending = child(cluster, 'testcase').map(t => endings.find(e => child(t, e).length > 0) ?? 'passed')
  const wanted = { passed: 'passed', failed: 'failure', unknown: 'error' } as const
  assert.equal(
    ending,
    grade('unknown').map(c => wanted[c.status]),
  )
})

test('the cause is told where somebody looks who sees only that it failed', () => {
  const [cluster] = find(suitesOf(cases['founding-fault']()), 'cluster')
  assert.match(cluster?.children.at(-1)?.text ?? '', /^DNS301 .*\nset resolvConf/)
})

test('a node that was not probed has an error for each target, one that cannot be is skipped', () => {
  const [w2] = find(suitesOf(cases['not-probed']()), 'w2')
  assert.is(w2?.attributes.errors, '5')
  assert.is(w2?.attributes.tests, '5')
  const none = suitesOf(reportOf({ nodes: [], plan: { nodes: ['a'], left: [{ node: 'win1', why: 'runs Windows' }] } }))
  assert.is(find(none, 'a')[0]?.attributes.errors, '1')
  assert.is(find(none, 'win1')[0]?.attributes.skipped, '1')
})

test('a target that is not open to Pods is skipped, with the reason', () => {
  const [w1] = find(suitesOf(cases.closed()), 'w1')
  assert.ok(w1)
  assert.equal([w1.attributes.skipped, w1.attributes.failures], ['4', '0'])
  const skipped = child(w1, 'testcase').flatMap(t => child(t, 'skipped'))
  assert.equal(
    [...new Set(skipped.map(s => s.attributes.message))],
    ['not open to Pods, which are answered without it'],
  )
})

test('a target that was not asked from a node is skipped', () => {
  const report = reportOf({ nodes: ['cp1', 'w1'] })
  const probes = report.probes.filter(p => p.node === 'cp1' || p.to.kind !== 'upstream')
  const [w1] = find(suitesOf({ ...report, probes }), 'w1')
  assert.is(w1?.attributes.skipped, '2')
})

const nasty = 'a<b>&"c\'\t\n\r\u0000\u001b[31m\ud800\uffff\u{1f600}]]>'
const legal = 'a<b>&"c\'\t\n\r\ufffd\ufffd[31m\ufffd\ufffd\u{1f600}]]>'

test('every character comes back, and what XML does not have is replaced', () => {
  const root = parseXml(`<a b=${attribute(nasty)}>${characters(nasty)}</a>`)
  assert.is(root.attributes.b, legal)
  assert.is(root.text, legal)
})

test('texts of others do not break the document', () => {
  const report = reportOf({ nodes: ['cp1'], fail: () => silent })
  const criteria = grade('failed').map(c => ({ ...c, evidence: [{ source: nasty, text: nasty }] }))
  const notProbed = [{ node: nasty, from: 'pod', reason: nasty }] as const
  const suites = suitesOf({ ...report, criteria, notProbed })
  assert.is(find(suites, legal).length, 1)
  const failure = suites.flatMap(s => child(s, 'testcase')).flatMap(t => child(t, 'failure'))[0]
  assert.is(failure?.attributes.message, `${legal}: ${legal}`)
})

for (const source of [
  '<a>',
  '<a></b>',
  '<a b="1" b="2"/>',
  '<a>&nosuch;</a>',
  '<a>\u0001</a>',
  '<a b=1/>',
  '<a/><b/>',
  '<a>&#1;</a>',
]) {
  test(`the reader of these tests refuses ${JSON.stringify(source)}`, () => {
    assert.throws(() => parseXml(source))
  })
}

test.run()
