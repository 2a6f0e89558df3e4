import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { styleFor, visibleLength } from '../../src/report/style.ts'
import { verifyLines } from '../../src/report/verify-table.ts'
import { assertGolden, goldenFiles } from '../golden.ts'
import { podTarget, silent, upstream } from '../observations.ts'
import { cases, fortyNodes, reportOf, thirtyPods } from './verify-cases.ts'

const test = suite('the table of verify')

const style = styleFor({ columns: 120 }, {})
const textOf = (report: ReturnType<typeof reportOf>, wide = false, columns = 120) =>
  verifyLines(report, styleFor({ columns }, {}), wide).join('\n')
const all = Object.entries(cases).map(([name, report]) => [name, report()] as const)

for (const [name, report] of all) {
  test(`golden: ${name}`, () => {
    assertGolden(`verify-${name}.txt`, `${textOf(report)}\n`)
  })

  test(`${name}: no line is wider than the terminal, in every width`, () => {
    for (const wide of [false, true]) {
      for (const columns of [60, 61, 80, 100, 120, 140]) {
        const lines = verifyLines(report, styleFor({ columns }, {}), wide)
        // A line of one long word, after its mark, cannot be broken.
        const broad = lines.filter(l => visibleLength(l) > columns && l.trim().split(/\s+/).length > 2)
        assert.equal(broad, [], `${columns} columns, wide ${wide}`)
        assert.not.match(lines.join('\n'), /undefined|\[object|NaN/)
      }
    }
  })

  test(`${name}: colour changes nothing but colour`, () => {
    const coloured = verifyLines(report, styleFor({ columns: 120, isTTY: true }, {}))
    assert.equal(coloured.map(visibleLength), verifyLines(report, style).map(visibleLength))
  })
}

test('every golden file of verify is of one of these cases', () => {
  const own = goldenFiles().filter(file => file.startsWith('verify-'))
  assert.equal(own, all.map(([name]) => `verify-${name}.txt`).sort())
})

test('a failure is in the matrix and among the details', () => {
  const text = textOf(cases['kube-proxy']())
  assert.match(text, /^ {2}w1 +✗ silent +✓ 1 ms/m)
  assert.match(text, /^ {2}✗ w1.* Service kube-dns 10\.96\.0\.10 over UDP and TCP: kubernetes\.default/m)
  assert.not.match(text, /^✓/m)
})

test('an answer that was not waited for is never shown as right', () => {
  const text = textOf(cases['not-probed']())
  assert.match(text, /^\? Not known/)
  assert.match(text, /^ {2}\? w2 not probed: ImagePullBackOff/m)
  assert.not.match(text, /^✓/m)
})

test('a healthy verdict that the grade does not bear is not the headline', () => {
  assert.match(textOf(reportOf({ nodes: ['cp1'], resolves: 'passed' })), /^✓ Names resolve from Pods on every node/)
  assert.match(textOf(reportOf({ nodes: ['cp1'], resolves: 'unknown' })), /^\? /)
  assert.match(textOf(reportOf({ nodes: ['cp1'], resolves: 'failed' })), /^! Names do not resolve from every Pod/)
})

test('a sample is not every node', () => {
  const text = textOf(reportOf({ nodes: ['a', 'b'], plan: { eligible: 300, sample: '2 of 300 nodes: some' } }))
  assert.match(text, /^✓ Names resolve from Pods on the 2 nodes that were probed, of 300$/m)
  assert.match(text, /asked by 2 probes on 2 of 300 nodes: some/)
})

test('rows that are alike stand together above twenty, and all of them in wide', () => {
  const report = cases['40-nodes']()
  const rows = (text: string) => text.split('\n').filter(l => /^ {2}(node-\d+|\d+ nodes) /.test(l))
  assert.equal(
    rows(textOf(report)).map(l => l.trim().split(/ {2}/)[0]),
    ['node-17', '39 nodes'],
  )
  assert.is(rows(textOf(report, true)).length, 40)
  const twenty = reportOf({ nodes: fortyNodes.slice(0, 20) })
  assert.is(rows(textOf(twenty)).length, 20)
})

test('rows of nodes that all differ are cut, and it is said', () => {
  const nodes = Array.from({ length: 60 }, (_, i) => `n${i}`)
  const targets = nodes.map((_, i) => upstream(`10.1.0.${i}`))
  const report = reportOf({
    nodes,
    targets,
    fail: (node, to) => (to === targets[nodes.indexOf(node)] ? silent : undefined),
  })
  assert.match(textOf(report), /… 20 more with -o wide/)
  assert.match(textOf(report), /… \d+ more failed questions with -o wide/)
  assert.not.match(textOf(report, true), /more with -o wide|failed questions/)
})

test('DNS Pods that are alike share a column where there is no room, the others keep theirs', () => {
  const text = textOf(cases['30-pods']())
  assert.match(text, /29 DNS Pods/)
  assert.match(text, /…-x7kkk/)
  const wide = textOf(cases['30-pods'](), true, 80)
  for (const pod of thirtyPods) assert.ok(wide.includes(`…${pod.name.slice(-6)}`), pod.name)
})

test('long names of nodes and addresses are kept apart', () => {
  const nodes = [17, 23].map(n => `ip-10-0-1-${n}.eu-central-1.compute.internal`)
  const report = reportOf({
    nodes,
    targets: [
      podTarget('coredns-a', nodes[1] ?? '', 'fd00:10:244::2'),
      upstream('2001:db8:85a3:8d3:1319:8a2e:370:7348'),
    ],
  })
  const text = textOf(report, false, 60)
  assert.match(text, /^ {2}ip-10-0-1-17… +✓/m)
  assert.match(text, /^ {2}ip-10-0-1-23… +✓/m)
  assert.match(text, /on ip-10-0-1-23…/)
  assert.match(text, /2001:db8:85a3:8d3:1319:8a2e:370:7348/)
})

const cells: readonly [cell: string, fail: NonNullable<Parameters<typeof reportOf>[0]['fail']>][] = [
  ['✓ 1 ms', () => undefined],
  ['✗ silent', () => silent],
  ['✗ refused', () => ({ silence: 'refused', ms: 1 })],
  ['✗ unreachable', () => ({ silence: 'unreachable', ms: 1 })],
  ['✗ SERVFAIL', () => ({ rcode: 'SERVFAIL', answers: [], ms: 1 })],
  ['✗ REFUSED', () => ({ rcode: 'REFUSED', answers: [], ms: 1 })],
  ['✗ empty', () => ({ rcode: 'NOERROR', answers: [], ms: 1 })],
  ['✗ udp silent', (_n, _t, protocol) => (protocol === 'udp' ? silent : undefined)],
  ['✗ tcp refused', (_n, _t, protocol) => (protocol === 'tcp' ? { silence: 'refused', ms: 1 } : undefined)],
  ['✗ all fail', (_n, _t, protocol) => (protocol === 'tcp' ? silent : { rcode: 'SERVFAIL', answers: [], ms: 1 })],
  [
    '! external SERVFAIL',
    (_n, _t, _p, q) => (q.about === 'external' ? { rcode: 'SERVFAIL', answers: [], ms: 1 } : undefined),
  ],
  [
    '! cluster wrong',
    (_n, _t, _p, q) => (q.about === 'cluster' ? { rcode: 'NOERROR', answers: ['10.9.9.9'], ms: 1 } : undefined),
  ],
  [
    '! 1 of 8 fail',
    (_n, _t, p, q) => (q.about === 'headless' && p === 'udp' ? { rcode: 'NXDOMAIN', answers: [], ms: 1 } : undefined),
  ],
]
for (const [cell, fail] of cells) {
  test(`one cell: ${cell}`, () => {
    const targets = [podTarget('coredns-a', 'cp1', '10.244.0.2')]
    assert.match(textOf(reportOf({ nodes: ['cp1'], targets, fail })), new RegExp(`^  cp1 +${cell}$`, 'm'))
  })
}

test('what was not asked is not right', () => {
  const report = reportOf({ nodes: ['cp1', 'w1'] })
  const probes = report.probes.filter(p => p.node === 'cp1' || p.to.kind !== 'upstream')
  assert.match(textOf({ ...report, probes }), /^ {2}w1 +(✓ 1 ms +){3}– not asked +– not asked$/m)
})

test('nodes without a probe are told once for each reason', () => {
  const gaps = [{ input: 'probes', why: 'failed', detail: 'exceeded quota' }] as const
  const nodes = fortyNodes
  const { plan } = reportOf({ nodes })
  const text = textOf(reportOf({ nodes: [], gaps, plan: plan ?? {} }))
  assert.match(text, /\? node-1, node-2, node-3 and 37 more not probed: exceeded quota/)
  assert.match(text, /0 questions asked by 0 probes on 40 nodes/)
  const left = reportOf({ nodes: ['a'], plan: { left: [{ node: 'win1', why: 'runs Windows' }] } })
  assert.match(textOf(left), /– win1 left out: runs Windows/)
  assert.match(textOf(left), /^✓ Names resolve from Pods on every node that can run a probe \(not: win1\)$/m)
  const some = { eligible: 300, sample: '2 of 300 nodes: some', left: [{ node: 'win1', why: 'runs Windows' }] }
  assert.match(
    textOf(reportOf({ nodes: ['a', 'b'], plan: some })),
    /^✓ .* on the 2 nodes that were probed, of 300 \(not: win1\)$/m,
  )
})

test('what is not open to Pods is no failure', () => {
  const text = textOf(cases.closed())
  assert.match(text, /^✓ Names resolve from Pods on every node$/m)
  assert.match(text, /^ {2}cp1 +✓ 1 ms +(– not open *){4}$/m)
  assert.match(
    text,
    /^ {2}– cp1, w1 → coredns-a on cp1, .* and 1 more: not open to Pods, which are answered\s+without it$/m,
  )
  assert.not.match(text, /✗ (cp1|w1|silent)/)
})

const prices: readonly [name: string, tried: readonly [name: string, isFound: boolean][], text: RegExp][] = [
  [
    'example.com',
    [
      ['example.com.svc', false],
      ['example.com', true],
    ],
    /example\.com costs 4 queries: 1 name of the search list first .*; example\.com\. with a final dot costs 2/,
  ],
  ['a.b.c.d.e.f', [['a.b.c.d.e.f', true]], /a\.b\.c\.d\.e\.f costs 2 queries, A and AAAA \(ndots 5\)/],
  [
    'db',
    [
      ['db.default.svc', false],
      ['db.svc', true],
    ],
    /db costs 4 queries: found as db\.svc, name 2 that is tried/,
  ],
  [
    'gone',
    [
      ['gone.svc', false],
      ['gone', false],
    ],
    /gone costs 4 queries and is not found: 2 names tried/,
  ],
]
for (const [name, tried, text] of prices) {
  test(`what ${name} costs`, () => {
    const search = {
      node: 'cp1',
      name,
      ndots: 5,
      queries: 2 * tried.length,
      tried: tried.map(([each, isFound]) => ({
        name: each,
        rcode: isFound ? 'NOERROR' : 'NXDOMAIN',
        silence: null,
        answers: isFound ? ['10.0.0.9'] : [],
        ms: 1,
      })),
    }
    const report = { ...reportOf({ nodes: ['cp1', 'w1'] }), searches: [search, { ...search, node: 'w1' }] }
    assert.match(textOf(report, false, 140), text)
    assert.is(textOf(report).split(`${name} costs`).length, 2)
  })
}

test('500 nodes, 16 targets and 5 names are one small table', () => {
  const nodes = Array.from({ length: 500 }, (_, i) => `node-${i}`)
  const targets = [...thirtyPods.slice(0, 14), upstream('8.8.8.8'), upstream('8.8.4.4')]
  const text = textOf(
    reportOf({ nodes, targets, fail: (node, to) => (node === 'node-7' && to.kind === 'pod' ? silent : undefined) }),
  )
  assert.ok(text.split('\n').length < 60)
  assert.match(text, /^ {2}node-7 .*✗ silent/m)
  assert.match(text, /^ {2}499 nodes /m)
})

test.run()
