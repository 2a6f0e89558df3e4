import { ExpectedError } from '../errors.ts'
import { NotSettled } from './loaded.ts'
import type { Change } from './plan.ts'
import type { TakenBack } from './rollback.ts'
import { TimeUp } from './settled-wait.ts'

/** What a change is of, for people. */
export const nameOf = (change: Change): string =>
  change.kind === 'node' ? `${change.file} on node ${change.node}` : nameOfPath(change.path)

function nameOfPath(path: string): string {
  const [resource = '', name = ''] = path.split('/').slice(-2)
  return `${resource}/${name}`
}

/** Somebody else changed the object since it was read: nothing of the plan is left, and it is to be made anew. */
export class ConflictError extends ExpectedError {
  readonly change: Change

  constructor(change: Change, cause: unknown) {
    super(`${nameOf(change)} was changed by somebody else since it was read`, {
      code: 'conflict',
      hint: 'Run the same command again: it looks anew.',
      exitCode: 1,
      cause,
    })
    this.change = change
  }
}

interface Failed {
  readonly change: Change
  readonly cause: unknown
  /** null: nothing was taken back, for that was not wanted or did not succeed */
  readonly takenBack: TakenBack | null
  /** why it could not be taken back */
  readonly stuck: unknown
  /** the last words of DNS Pods that are not Ready */
  readonly log: readonly string[]
}

/** A step did not succeed; the message says how everything was left. */
export class FixFailed extends ExpectedError {
  readonly change: Change
  readonly takenBack: TakenBack | null
  readonly log: readonly string[]

  constructor(failed: Failed) {
    const { change, cause, takenBack, log } = failed
    super(`${nameOf(change)}: ${messageOf(cause)}. ${leftAs(failed)}`, {
      code: cause instanceof ExpectedError ? cause.code : 'fix-failed',
      hint: takenBack?.open.length === 0 ? 'kubectl dnsfix check' : 'kubectl dnsfix undo',
      exitCode: 1,
      cause,
    })
    this.change = change
    this.takenBack = takenBack
    this.log = log
  }
}

/** Ctrl-C: the step that was under way has been taken back, and those before it. */
export class Interrupted extends ExpectedError {
  readonly takenBack: TakenBack | null

  constructor(failed: Failed) {
    super(`Interrupted during the change of ${nameOf(failed.change)}. ${leftAs(failed)}`, {
      code: 'interrupted',
      hint: failed.takenBack ? '' : 'kubectl dnsfix undo',
      exitCode: 130,
    })
    this.takenBack = failed.takenBack
  }
}

function leftAs({ takenBack, stuck }: Failed): string {
  if (stuck) return `It could not be taken back: ${messageOf(stuck)}`
  if (!takenBack) return 'What was done is left as it is'
  const problems = takenBack.problems.map(problem => ` ${problem}`).join('')
  if (takenBack.changes.length === 0) return 'Nothing was changed'
  return `${takenBack.open.length === 0 ? 'Everything' : 'Not everything'} was taken back.${problems}`
}

/** The words of an error without the full stop, for a sentence that goes on. */
export function messageOf(error: unknown): string {
  const known = error instanceof TimeUp ? new NotSettled(error.missing, 120) : error
  return (known instanceof Error ? known.message : String(known)).replace(/\.$/, '')
}
