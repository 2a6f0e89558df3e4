import type { Method, Plan, Refusal } from '../fix/plan.ts'
import { type Proposal, wayOf } from './plan.ts'
import { row, type Style, visibleLength, wrap } from './style.ts'

interface Line {
  readonly mark: string
  readonly method: Method
  readonly risk: string
  readonly cells: readonly string[]
  /** under them */
  readonly steps: readonly string[]
}

/**
 * All ways in a table, the chosen one first; what is refused with its reason, and with `wide` with what is to be done instead.
 * No lines where there is only one.
 */
export function waysLines(proposal: Proposal, style: Style, wide: boolean): readonly string[] {
  const { plan, alternatives, refused } = proposal
  if (alternatives.length + refused.length === 0) return []
  const lines: readonly Line[] = [
    ...(plan ? [wayLine(style.good('→'), plan, wide)] : []),
    ...alternatives.map(other => wayLine(' ', other, wide)),
    ...refused.map(r => refusedLine(r, style, wide)),
  ]
  return [
    style.dim(
      `    ${'method'.padEnd(methodWidth)}${'risk'.padEnd(riskWidth)}${beside(['reach', 'survives'], style)[0]}`,
    ),
    ...lines.flatMap(line => wayLines(line, style)),
  ]
}

const methodWidth = 11
const riskWidth = 12

function wayLine(mark: string, plan: Plan, wide: boolean): Line {
  const { method, risk, reach, survives } = wayOf(plan, wide ? Number.POSITIVE_INFINITY : 3)
  const lasts = survives.map(text => text.replace(/\.$/, '')).join('; ')
  return { mark, method, risk, cells: [reach.join('; '), lasts], steps: [] }
}

const refusedLine = ({ method, reason, steps }: Refusal, style: Style, wide: boolean): Line => ({
  mark: style.bad('✗'),
  method,
  risk: 'refused',
  cells: [`because ${reason}`],
  steps: wide ? steps : [],
})

function wayLines({ mark, method, risk, cells, steps }: Line, style: Style): readonly string[] {
  const head = `  ${mark} ${method.padEnd(methodWidth)}${risk.padEnd(riskWidth)}`
  const below = ' '.repeat(visibleLength(head))
  return [
    ...beside(cells, style).map((text, i) => `${i === 0 ? head : below}${text}`.trimEnd()),
    ...steps.flatMap(step => row(`${below}- `, step, '', style)),
  ]
}

/** Cells beside each other in what the method and the risk leave of the width, each broken into lines. */
function beside(cells: readonly string[], style: Style): readonly string[] {
  const room = style.width - 4 - methodWidth - riskWidth
  const width = Math.floor((room - 2 * (cells.length - 1)) / cells.length)
  const columns = cells.map(cell => wrap(cell, width))
  const height = Math.max(1, ...columns.map(column => column.length))
  return Array.from({ length: height }, (_, i) =>
    columns
      .map(column => (column[i] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  )
}
