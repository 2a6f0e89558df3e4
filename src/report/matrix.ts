import { list } from '../catalog/entry.ts'
import { type Cell, cellOf } from './cells.ts'
import { fits, type Grid, gridLines } from './grid.ts'
import { hasFailed, type ReportedProbe } from './probes.ts'
import { shortNames } from './short-names.ts'
import { row, type Style } from './style.ts'
import { headsOf, targetKey, targetsOf } from './targets.ts'
import type { NotProbed, VerifyReport } from './verify.ts'

type ByTarget = ReadonlyMap<string, readonly ReportedProbe[]>

/** One line, of one node or of many that are alike. */
interface Row {
  readonly label: string
  readonly from: string
  readonly parts: readonly ByTarget[]
}

/** One column, of one target or of many that are alike. */
interface Column {
  readonly kind: string
  readonly head: readonly [string, string]
  readonly targets: readonly string[]
}

const manyRows = 20
const mostRows = 40
/** As many that are alike still stand alone: their names say more than the room is worth. */
const fewAlike = 3

/** Node × target at a glance. All of it when `wide`; else what is alike stands together where it is too much. */
export function matrixLines(report: VerifyReport, style: Style, wide: boolean): readonly string[] {
  const nodes = shortNames(nodesOf(report), Math.max(12, Math.floor(style.width / 4)))
  const rows = rowsOf(report, nodes)
  const columns = columnsOf(report.probes, nodes)
  const [shownColumns, shownRows] = wide ? [columns, rows] : folded(columns, rows, style)
  const cut = wide ? shownRows : shownRows.slice(0, mostRows)
  const more = shownRows.length - cut.length
  const grid = rows.length === 0 ? [] : gridLines(gridOf(shownColumns, cut, style), style)
  return [
    ...grid,
    ...(more === 0 ? [] : [style.dim(`  … ${more} more with -o wide`)]),
    ...(grid.some(line => line.includes('✓')) ? [style.dim('  ms: the median over all names, UDP and TCP')] : []),
    ...notProbedLines(report.notProbed, style, wide),
    ...(report.plan?.left ?? []).flatMap(l => row(`  ${style.dim('–')} `, `${l.node} left out: ${l.why}`, '', style)),
  ]
}

const nodesOf = ({ plan, probes }: VerifyReport): readonly string[] => [
  ...new Set([...(plan?.nodes ?? []), ...probes.map(p => p.node)]),
]

function rowsOf({ probes }: VerifyReport, nodes: ReadonlyMap<string, string>): readonly Row[] {
  const asked = Map.groupBy(probes, p => `${p.from} ${p.node}`)
  return [...nodes].flatMap(([node, name]) =>
    ['pod', 'host'].flatMap(from => {
      const own = asked.get(`${from} ${node}`)
      const label = from === 'host' ? `${name} (host)` : name
      return own ? [{ label, from, parts: [Map.groupBy(own, p => targetKey(p.to))] }] : []
    }),
  )
}

function columnsOf(probes: readonly ReportedProbe[], nodes: ReadonlyMap<string, string>): readonly Column[] {
  const targets = targetsOf(probes)
  const heads = headsOf(targets, nodes)
  return targets.map(to => ({
    kind: to.kind,
    head: heads.get(targetKey(to)) ?? ['', ''],
    targets: [targetKey(to)],
  }))
}

const cellAt = (r: Row, c: Column): Cell =>
  cellOf(r.parts.flatMap(part => c.targets.flatMap(target => part.get(target) ?? [])))

/** Many nodes that are alike become one row; many DNS Pods that are alike one column, where there is no room for all. */
function folded(
  columns: readonly Column[],
  rows: readonly Row[],
  style: Style,
): readonly [readonly Column[], readonly Row[]] {
  const kept = rows.length > manyRows ? foldedRows(rows, columns) : rows
  const isWide = kept.length > 0 && !fits(gridOf(columns, kept.slice(0, mostRows), style), style)
  return [isWide ? foldedColumns(columns, kept) : columns, kept]
}

function foldedRows(rows: readonly Row[], columns: readonly Column[]): readonly Row[] {
  const groups = Map.groupBy(rows, r => `${r.from} ${columns.map(c => cellAt(r, c).kind).join()}`)
  const merged = [...groups.values()].flatMap(group => (group.length > fewAlike ? [mergedRow(group)] : group))
  // What is right everywhere is the background of the rest.
  return merged.toSorted((a, b) => Number(isRight(a)) - Number(isRight(b)))
}

const mergedRow = (group: readonly Row[]): Row => {
  const from = group[0]?.from ?? 'pod'
  return { label: `${group.length} nodes${from === 'host' ? ' (host)' : ''}`, from, parts: group.flatMap(r => r.parts) }
}

const isRight = (r: Row): boolean => r.parts.every(part => [...part.values()].every(probes => !probes.some(hasFailed)))

function foldedColumns(columns: readonly Column[], rows: readonly Row[]): readonly Column[] {
  const alike = (c: Column) => (c.kind === 'pod' ? rows.map(r => cellAt(r, c).kind).join() : c.targets.join())
  return [...Map.groupBy(columns, alike).values()].flatMap(group =>
    group.length > fewAlike ? [mergedColumn(group)] : group,
  )
}

const mergedColumn = (group: readonly Column[]): Column => ({
  kind: 'pod',
  head: [`${group.length} DNS Pods`, 'that are alike'],
  targets: group.flatMap(c => c.targets),
})

const paints = { '✓': 'good', '!': 'warn', '✗': 'bad', '–': 'dim' } as const

const gridOf = (columns: readonly Column[], rows: readonly Row[], style: Style): Grid => ({
  heads: columns.map(c => c.head),
  rows: rows.map(r => ({
    label: r.label,
    cells: columns.map(c => {
      const { mark, text } = cellAt(r, c)
      return mark === '✓' ? `${style.good(mark)} ${text}` : style[paints[mark]](`${mark} ${text}`)
    }),
  })),
})

/** Nodes that could not be looked at, by the reason. */
function notProbedLines(notProbed: readonly NotProbed[], style: Style, wide: boolean): readonly string[] {
  return [...Map.groupBy(notProbed, n => n.reason)].flatMap(([reason, group]) => {
    const names = group.map(n => (n.from === 'host' ? `${n.node} (host)` : n.node))
    const who = list(names, wide ? names.length : fewAlike)
    return row(`  ${style.warn('?')} `, `${who} not probed: ${reason}`, '', style)
  })
}
