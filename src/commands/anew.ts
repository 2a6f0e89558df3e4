import { ExpectedError } from '../errors.ts'
import { ConflictError, messageOf } from '../fix/apply-errors.ts'
import { type Outcome, outcome } from '../report/fix.ts'
import { type Draft, draft, type FixRun, noted } from './draft.ts'

/** How `fix` ended, and what it had planned at last. */
export interface Ended {
  readonly draft: Draft
  readonly outcome: Outcome
}

/** Without being asked; more would be a quarrel with somebody who writes all the time. */
const most = 2

/**
 * Plans and carries out; where somebody else changes an object meanwhile, and nothing of this run stands, it looks and plans anew. Who
 * confirms plans is asked again each time; with `--yes` it goes on by itself twice, as long as the method stays the same. Rejects with
 * what `carry` rejects with.
 */
export const untilNoConflict = async (run: FixRun, carry: Carry): Promise<Ended> =>
  attempt(run, carry, await draft(run), most)

type Carry = (draft: Draft) => Promise<Outcome>

async function attempt(run: FixRun, carry: Carry, now: Draft, left: number): Promise<Ended> {
  const result = await carry(now).catch(conflictOf)
  const failure = result instanceof ExpectedError ? result : result.failure
  if (!failure || !isConflict(failure)) return { draft: now, outcome: result as Outcome }
  const next = await draft(run)
  const why = `${messageOf(failure)} while this run was at work`
  if (isNothing(next)) return { draft: next, outcome: repairedMeanwhile(run, why) }
  // Before the question nobody was asked; after it somebody was who may say no the next time.
  const rest = run.options.yes || result === failure ? left - 1 : left
  const isOther = isOtherWay(run, now, next)
  if (rest < 0 || isOther) return ended(now, result, isOther)
  run.spinner.note(`${why}. It was looked and planned anew.\n\n`)
  return attempt(run, carry, withReason(next, `planned anew: ${why}`), rest)
}

/** What was agreed to with `--yes` was a way of the kind that was planned first. */
function isOtherWay({ options }: FixRun, now: Draft, next: Draft): boolean {
  const { plan } = next.proposal
  return options.yes && plan !== null && plan.method !== now.proposal.plan?.method
}

/** Nothing was changed yet, or all of it was taken back. */
const isConflict = (error: ExpectedError): boolean => error instanceof ConflictError || error.code === 'plan-conflict'

function conflictOf(error: unknown): ExpectedError {
  if (error instanceof ExpectedError && isConflict(error)) return error
  throw error
}

const isNothing = ({ proposal: { plan, refused } }: Draft): boolean =>
  plan ? plan.changes.length === 0 : refused.length === 0

const repairedMeanwhile = ({ options }: FixRun, why: string): Outcome =>
  outcome('nothing-to-do', options.dryRun, {
    notes: [`${why}, and now nothing is left to repair: somebody repaired it`],
  })

const withReason = (made: Draft, reason: string): Draft => {
  const { plan } = made.proposal
  return { ...made, proposal: { ...made.proposal, plan: plan && noted(plan, reason) } }
}

function ended(now: Draft, result: Outcome | ExpectedError, isOther: boolean): Ended {
  if (result instanceof ExpectedError) throw result
  const notes = isOther ? ['planned anew it would be another way: run the same command again to see it'] : []
  return { draft: now, outcome: { ...result, notes: [...result.notes, ...notes] } }
}
