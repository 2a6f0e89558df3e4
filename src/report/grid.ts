import { type Style, visibleLength } from './style.ts'

/** Lines of cells under column heads of two lines. Cells may be coloured. */
export interface Grid {
  readonly heads: readonly (readonly [string, string])[]
  readonly rows: readonly { readonly label: string; readonly cells: readonly string[] }[]
}

const indent = '  '
const gap = '  '

/** Lays a grid out in as many blocks, one under the other, as the width makes of its columns. */
export function gridLines({ heads, rows }: Grid, style: Style): readonly string[] {
  const labelWidth = Math.max(...rows.map(r => r.label.length))
  const widths = heads.map((head, i) => Math.max(...[...head, ...rows.map(r => r.cells[i] ?? '')].map(visibleLength)))
  const line = (label: string, cells: readonly string[], columns: readonly number[]) =>
    [`${indent}${label.padEnd(labelWidth)}`, ...columns.map(i => padded(cells[i] ?? '', widths[i] ?? 0))]
      .join(gap)
      .trimEnd()
  const blocks = blocksOf(widths, style.width - indent.length - labelWidth)
  return blocks.flatMap((columns, i) => [
    ...(i === 0 ? [] : ['']),
    ...[0, 1].map(n =>
      style.dim(
        line(
          '',
          heads.map(h => h[n] ?? ''),
          columns,
        ),
      ),
    ),
    ...rows.map(r => line(r.label, r.cells, columns)),
  ])
}

const padded = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - visibleLength(cell)))

/** The indices of the columns that stand beside each other: at least one, and no more than there is room for. */
function blocksOf(widths: readonly number[], room: number): readonly (readonly number[])[] {
  const blocks: number[][] = []
  let used = 0
  for (const [i, width] of widths.entries()) {
    used += gap.length + width
    const last = blocks.at(-1)
    if (last && used <= room) last.push(i)
    else {
      blocks.push([i])
      used = gap.length + width
    }
  }
  return blocks
}

/** True when a grid needs no more than one block. */
export const fits = (grid: Grid, style: Style): boolean =>
  gridLines(grid, { ...style, width: Number.POSITIVE_INFINITY }).every(line => visibleLength(line) <= style.width)
