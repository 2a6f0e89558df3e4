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
  /** somebody is at work on it right now; null where the lock may not be read, and it was not heard of its end */
  readonly isUnderWay: boolean | null
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

/** `holder`: who holds the lock, null where nobody does, undefined where that may not be read. */
export const journalList = (
  { journals, unreadable }: Journals,
  holder: string | null | undefined,
  toolVersion: string,
): JournalList => ({
  schemaVersion: '1',
  kind: 'JournalList',
  tool: { version: toolVersion },
  journals: journals.map(({ id, startedAt, method, state, why }) => {
    // Whoever holds the lock is at work on what has no end yet.
    const isUnderWay = state !== 'running' ? false : holder === undefined ? null : holder !== null
    return { id, startedAt, method, state, isUnderWay, what: why }
  }),
  unreadable,
})

/** The same as a table, in kubectl's manner. */
export function journalLines({ journals, unreadable }: JournalList, style: Style): readonly string[] {
  const strange = unreadable.flatMap(u => row(`${style.warn('?')} `, `ConfigMap ${u.name}: ${u.why}`, '', style))
  if (journals.length === 0) return ['Nothing was changed here that could be taken back.', ...strange]
  const rows = journals.map(j => [j.id, minutes(j.startedAt), j.method, stateOf(j), j.what])
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

function stateOf({ state, isUnderWay }: ListedJournal): string {
  if (state !== 'running') return states[state]
  if (isUnderWay === null) return 'under way or unfinished'
  return isUnderWay ? 'under way' : 'unfinished'
}

const states: Readonly<Record<Exclude<JournalState, 'running'>, string>> = {
  done: 'done',
  'rolled-back': 'rolled back',
  undone: 'undone',
}

/** `2026-11-22T13:20:00.000Z` → `2026-11-22 13:20Z`. */
const minutes = (time: string): string => time.replace(/^(\S{10})T(\d\d:\d\d).*Z$/, '$1 $2Z')
