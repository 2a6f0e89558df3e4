import { type ObjectRef, refName } from '../finding.ts'
import type { Journal, StepState } from '../fix/journal-text.ts'
import { objectOf } from './plan.ts'
import { row, type Style } from './style.ts'

/** What became of one change. */
export interface AppliedChange {
  readonly object: ObjectRef
  readonly state: 'applied' | 'failed' | 'not-applied' | 'rolled-back'
  /** what there is to say of it, as why it failed; empty when nothing */
  readonly note: string
}

const stateOf: Readonly<Record<StepState, AppliedChange['state']>> = {
  planned: 'not-applied',
  applying: 'failed',
  applied: 'applied',
  failed: 'failed',
  undone: 'rolled-back',
}

/** What became of the changes of a run, as its journal tells when it has ended. */
export const appliedChanges = ({ steps }: Journal): readonly AppliedChange[] =>
  steps.map(({ change, state, note }) => ({ object: objectOf(change), state: stateOf[state], note: note ?? '' }))

const states = {
  applied: (style: Style) => style.good('✓'),
  failed: (style: Style) => style.bad('✗'),
  'not-applied': (style: Style) => style.dim('–'),
  'rolled-back': (style: Style) => style.warn('↶'),
} as const

const words = {
  applied: 'applied',
  failed: 'failed',
  'not-applied': 'not applied',
  'rolled-back': 'taken back',
} as const

/** One change for people. */
export const appliedLines = ({ object, state, note }: AppliedChange, style: Style): readonly string[] =>
  row(
    `  ${states[state](style)} `,
    `${object.kind} ${refName(object)} ${words[state]}${note ? `: ${note}` : ''}`,
    '',
    style,
  )
