import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Plan } from '../../src/fix/plan.ts'
import { wayOf } from '../../src/report/plan.ts'
import { planLines, question } from '../../src/report/plan-table.ts'
import { styleFor, visibleLength } from '../../src/report/style.ts'
import { assertGolden, goldenFiles } from '../golden.ts'
import { corefileChange, nothing, onNode, proposals } from './fix-cases.ts'

const test = suite('the plan for people')

const style = styleFor({ columns: 120 }, {})
const all = Object.entries(proposals)

for (const [name, proposal] of all) {
  test(`golden: ${name}`, () => {
    assertGolden(`fix-plan-${name}.txt`, `${planLines(proposal, style).join('\n')}\n`)
    assertGolden(`fix-plan-${name}-wide.txt`, `${planLines(proposal, style, true).join('\n')}\n`)
  })

  test(`${name}: no line but those of a file is wider than the terminal, in every width`, () => {
    for (const wide of [false, true]) {
      for (const columns of [60, 61, 80, 100, 120, 140]) {
        const lines = planLines(proposal, styleFor({ columns }, {}), wide)
        const broad = lines.filter(l => visibleLength(l) > columns && !/^ {4}[-+ @]/.test(l))
        assert.equal(broad, [], `${columns} columns, wide ${wide}`)
        assert.not.match(lines.join('\n'), /undefined|\[object|NaN/)
      }
    }
  })

  test(`${name}: colour changes nothing but colour`, () => {
    const coloured = planLines(proposal, styleFor({ columns: 120, isTTY: true }, {}))
    assert.equal(coloured.map(visibleLength), planLines(proposal, style).map(visibleLength))
  })
}

test('every golden file of fix is of one of these cases', () => {
  const own = goldenFiles().filter(file => file.startsWith('fix-'))
  const plans = all.flatMap(([name]) => [`fix-plan-${name}.txt`, `fix-plan-${name}-wide.txt`])
  assert.equal(own, ['fix-outcomes.txt', ...plans].sort())
})

test('without a plan there is nothing to show', () => assert.equal(planLines(nothing, style), []))

const plan = (changes: Plan['changes']): Plan => ({ method: 'kubelet', changes, notes: [] })

test('a file that goes is deleted, not emptied', () => {
  const lines = planLines({ ...nothing, plan: plan([{ ...onNode('w1'), after: null }]) }, style)
  assert.match(lines.join('\n'), /delete \/etc\/default\/kubelet on w1/)
})

test('the question counts', () => {
  assert.is(question(plan([corefileChange])), 'Apply this change? [y/N] ')
  assert.is(question(plan([onNode('a'), onNode('b')])), 'Apply these 2 changes? [y/N] ')
})

test('a plan has the greatest risk of its changes', () => {
  assert.is(wayOf(plan([])).risk, 'safe')
  assert.is(wayOf(plan([corefileChange, onNode('w1')])).risk, 'restarts')
  assert.is(wayOf(plan([onNode('w1'), { ...corefileChange, risk: 'disruptive' }, corefileChange])).risk, 'disruptive')
})

test('nodes that are reached alike share a line; others are said as they are', () => {
  const changes = [onNode('w1'), onNode('w2'), { ...onNode('w3'), reach: 'the node w3x' }, onNode('w4'), corefileChange]
  const text = 'every Pod with dnsPolicy Default on'
  const others = ['the node w3x', corefileChange.reach]
  assert.equal(wayOf(plan(changes)).reach, [`${text} w1, w2, w4`, ...others])
  assert.equal(wayOf(plan(changes), 2).reach, [`${text} w1, w2 and 1 more`, ...others])
})

test('the same on many nodes is shown once, another file for itself', () => {
  const nodes = [onNode('w1'), { ...onNode('w2'), before: null }, onNode('w3')]
  const text = planLines({ ...nothing, plan: plan(nodes) }, style).join('\n')
  assert.match(text, /1\. change \/etc\/default\/kubelet on w1, w3\n/)
  assert.match(text, /2\. create \/etc\/default\/kubelet on w2\n/)
})

test.run()
