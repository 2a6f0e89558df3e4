import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { catalog } from '../../src/catalog.ts'
import { checkReport } from '../../src/report/check.ts'
import { styleFor, visibleLength } from '../../src/report/style.ts'
import { tableLines } from '../../src/report/table.ts'
import { rules } from '../../src/rules/index.ts'
import type { Evidence, Gap } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, refused, withExternal, withUpstream } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'

const test = suite('table')

function reportOf(evidence: Partial<Evidence>, gaps: readonly Gap[] = []) {
  const snapshot = snapshotOf(evidence, { gaps })
  return checkReport(snapshot, analyze(snapshot, rules), '1.2.3')
}
const style = styleFor({ columns: 120 }, {})
const lines = (evidence: Partial<Evidence>, gaps: readonly Gap[] = [], wide = false) =>
  tableLines(reportOf(evidence, gaps), style, wide)

test('healthy: the verdict first, then one line for each check', () => {
  const table = lines(healthy)
  assert.match(table[0] ?? '', /^✓ .*healthy/)
  const passed = rules.filter(r => r.engine !== 'kube-dns')
  assert.equal(
    table.filter(l => l.startsWith('  ✓ ')),
    passed.map(r => `  ✓ ${r.title}`),
  )
  assert.not.ok(table.some(l => /[✗!?–] /.test(l.slice(0, 6))))
})

test('broken: verdict and cause in the first line, then what it comes from, what follows, the way and the repair', () => {
  const table = lines(foundingFault)
  assert.match(table[0] ?? '', /^✗ .*broken/)
  const text = table.join('\n')
  assert.ok(table.slice(0, 3).join(' ').includes('DNS301'))
  const order = ['because', 'so ', 'Pod ──', 'seen', 'repair', 'explain DNS301', '\n  ✓ ', '\n  ✗ ', '\n  – ']
  const places = order.map(word => text.indexOf(word))
  assert.equal(
    [...places].sort((a, b) => a - b),
    places,
    order.join(', '),
  )
  assert.ok(places.every(place => place >= 0))
})

test('unknown is said to be unknown, and the missing right is named', () => {
  const { evidence, gaps } = refused(healthy, 'pods')
  const table = lines(evidence, gaps)
  assert.match(table[0] ?? '', /^\? /)
  assert.not.match(table[0] ?? '', /✓/)
  assert.ok(table.join('\n').includes('DNS901'))
  assert.ok(table.some(l => /^ {2}– service-missing|^ {2}– pods-crashing: skipped, because /.test(l)))
})

test('what stands on its own is told too', () => {
  const two = withExternal(
    { ...withUpstream('10.0.0.2'), kubelets: healthy.kubelets.map(k => ({ ...k, clusterDomain: 'corp.local' })) },
    { rcode: 'SERVFAIL', answers: [], ms: 4000 },
  )
  assert.ok(lines(two).some(l => l.startsWith('  also') && l.includes(catalog.DNS302.name)))
})

const everything: readonly [name: string, evidence: Partial<Evidence>, gaps: readonly Gap[]][] = [
  ['healthy', healthy, []],
  ['the founding fault', foundingFault, []],
  ['nothing', {}, []],
  ['refused', refused(healthy, 'pods', 'nodes').evidence, refused(healthy, 'pods', 'nodes').gaps],
]
for (const [name, evidence, gaps] of everything) {
  test(`${name}: every finding and every skipped rule is in the table, in every width`, () => {
    const report = reportOf(evidence, gaps)
    for (const columns of [60, 80, 120, 140]) {
      const narrow = styleFor({ columns }, {})
      const table = tableLines(report, narrow)
      const text = table.join('\n')
      for (const f of report.findings) assert.ok(text.includes(f.code), `${f.code} at ${columns}`)
      for (const s of report.skipped) assert.ok(text.includes(s.rule), s.rule)
      for (const p of report.passed) assert.ok(text.replace(/\s+/g, ' ').includes(p.title), p.title)
      assert.not.match(text, /undefined|\[object|NaN/)
    }
  })

  test(`${name}: wide has every line of evidence of the cause`, () => {
    const report = reportOf(evidence, gaps)
    const wide = tableLines(report, style, true).join(' ').replace(/\s+/g, ' ')
    for (const { source, text } of report.cause?.evidence ?? []) {
      assert.ok(wide.includes(`${source}: ${text}`.replace(/\s+/g, ' ')), text)
    }
    assert.not.match(wide, /more with -o wide/)
  })

  test(`${name}: colour changes nothing but colour`, () => {
    const report = reportOf(evidence, gaps)
    const plain = tableLines(report, style)
    const coloured = tableLines(report, styleFor({ columns: 120, isTTY: true }, {}))
    assert.equal(coloured.map(visibleLength), plain.map(visibleLength))
  })
}

test.run()
