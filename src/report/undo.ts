import { type ErrorReport, type ExpectedError, expectedReport } from '../errors.ts'
import type { Plan } from '../fix/plan.ts'
import { type AppliedChange, appliedLines } from './applied.ts'
import { type ReportedPlan, reportedPlan } from './plan.ts'
import { row, type Style } from './style.ts'

/** `undone`: all is as it was before that run. `failed`: not all of it. */
export type UndoVerdict = 'undone' | 'nothing-to-do' | 'failed'

/** The report of `undo`: a contract (docs/schema/fix-report.json), to which fields are only ever added. */
export interface UndoReport {
  readonly schemaVersion: '1'
  readonly kind: 'UndoReport'
  readonly tool: { readonly version: string }
  readonly takenAt: string
  /** the run that is taken back; null where there is none */
  readonly id: string | null
  readonly plan: ReportedPlan | null
  readonly applied: readonly AppliedChange[]
  readonly verdict: UndoVerdict
  /** what has to be known beside, as DNS Pods that do not come up with what was before */
  readonly notes: readonly string[]
  readonly error: ErrorReport | null
}

/** What was taken back, and how that went. */
export interface Undone {
  readonly takenAt: string
  readonly id: string | null
  readonly plan: Plan | null
  readonly applied: readonly AppliedChange[]
  readonly verdict: UndoVerdict
  readonly notes: readonly string[]
  /** why it came to no end; null where nothing went wrong */
  readonly failure: ExpectedError | null
}

export const undoReport = (undone: Undone, toolVersion: string): UndoReport => ({
  schemaVersion: '1',
  kind: 'UndoReport',
  tool: { version: toolVersion },
  takenAt: undone.takenAt,
  id: undone.id,
  plan: undone.plan && reportedPlan(undone.plan),
  applied: undone.applied,
  verdict: undone.verdict,
  notes: undone.notes,
  error: undone.failure && expectedReport(undone.failure),
})

/** What became of it, for people. */
export const undoLines = ({ id, applied, verdict, notes, error }: UndoReport, style: Style): readonly string[] => [
  ...row(`${markOf(verdict, style)} `, openings[verdict](id ?? ''), '', style).map(style.bold),
  ...applied.flatMap(change => appliedLines(change, style)),
  ...(error ? row('  why       ', error.message, error.code, style) : []),
  ...(error?.hint ? row('            ', error.hint, '', style) : []),
  ...notes.flatMap(note => row('  note      ', note, '', style)),
]

const openings = {
  undone: (id: string) => `Taken back: ${id}`,
  'nothing-to-do': () => 'Nothing to take back',
  failed: (id: string) => `Not all of ${id} is taken back`,
} as const

function markOf(verdict: UndoVerdict, style: Style): string {
  if (verdict === 'undone') return style.good('✓')
  return verdict === 'failed' ? style.bad('✗') : style.dim('–')
}
