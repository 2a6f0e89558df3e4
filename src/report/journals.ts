import type { Journals } from '../fix/journal.ts'
import type { JournalState } from '../fix/journal-text.ts'
import type { Method } from '../fix/plan.ts'
import { row, type Style } from './style.ts'

/** A run of `fix` as its journal tells of it. */
export interface ListedJournal {
  readonly id: string
  /** ISO 8601 */
  readonly startedAt: string
  readonly method: Method
  readonly state: JournalState
  /** what was repaired */
  readonly what: string
}

/** The report of `undo --list`: a contract (docs/schema/fix-report.json), to which fields are only ever added. */
export interface JournalList {
  readonly schemaVersion: '1'
  readonly kind: 'JournalList'
  readonly tool: { readonly version: string }
  /** the newest first */
  readonly journals: readonly ListedJournal[]
  /** ConfigMaps that should hold a journal and do not */
  readonly unreadable: readonly Unreadable[]
}

interface Unreadable {
  readonly name: string
  readonly why: string
}

export const journalList = ({ journals, unreadable }: Journals, toolVersion: string): JournalList => ({
  schemaVersion: '1',
  kind: 'JournalList',
  tool: { version: toolVersion },
  journals: journals.map(({ id, startedAt, method, state, why }) => ({ id, startedAt, method, state, what: why })),
  unreadable,
})

/** The same as a table, in kubectl's manner. */
export function journalLines({ journals, unreadable }: JournalList, style: Style): readonly string[] {
  const strange = unreadable.flatMap(u => row(`${style.warn('?')} `, `ConfigMap ${u.name}: ${u.why}`, '', style))
  if (journals.length === 0) return ['Nothing was changed here that could be taken back.', ...strange]
  const rows = journals.map(j => [j.id, minutes(j.startedAt), j.method, states[j.state], j.what])
  const table = [['ID', 'WHEN', 'METHOD', 'STATE', 'WHAT'], ...rows]
  const widths = [0, 1, 2, 3].map(i => Math.max(...table.map(cells => cells[i]?.length ?? 0)))
  const [head = '', ...lines] = table.map(cells =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [style.dim(head), ...lines, ...strange]
}

const states: Readonly<Record<JournalState, string>> = {
  // It may go on right now, or have been killed: the journal alone does not tell.
  running: 'unfinished',
  done: 'done',
  'rolled-back': 'rolled back',
  undone: 'undone',
}

/** `2026-11-22T13:20:00.000Z` → `2026-11-22 13:20Z`. */
const minutes = (time: string): string => time.replace(/^(\S{10})T(\d\d:\d\d).*Z$/, '$1 $2Z')
