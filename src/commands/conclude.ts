import { ExpectedError } from '../errors.ts'
import { messageOf } from '../fix/apply-errors.ts'
import { endJournal, type JournalState, type OpenJournal } from '../fix/journal.ts'
import { isLockLost } from '../fix/lock.ts'
import type { Plan } from '../fix/plan.ts'
import { type Proof, prove } from '../fix/prove.ts'
import { takeBack } from '../fix/rollback.ts'
import type { Client } from '../kube/client.ts'
import { appliedChanges } from '../report/applied.ts'
import { type Outcome, outcome } from '../report/fix.ts'
import { version } from '../version.ts'
import type { CarryOutOptions, Tools } from './carry-out.ts'

/** Proves what was applied, takes back what did not help, and closes the journal. Rejects when it cannot be taken back. */
export async function concluded(client: Client, plan: Plan, run: CarryOutOptions, tools: Tools): Promise<Outcome> {
  const { options } = run
  const { journal } = tools
  if (!options.verify) return { ...ended(run, journal, 'repaired'), notes: await closed(journal, 'done') }
  const proof = await proofOf(client, plan, run, tools)
  if (proof instanceof ExpectedError) {
    const notes = await closed(journal, 'done')
    return { ...ended(run, journal, 'not-proved'), notes: [proof.message, ...notes], failure: interruption(proof) }
  }
  const told = { verify: proof.report, still: proof.still }
  if (proof.state === 'disproved' && options.rollback)
    return { ...(await takenBack(client, run, tools, proof)), ...told }
  const verdict = ({ proved: 'repaired', unknown: 'not-proved', disproved: 'failed' } as const)[proof.state]
  const notes = await closed(journal, 'done')
  return { ...ended(run, journal, verdict), ...told, notes: [...proof.against, ...notes] }
}

/** A proof that cannot be made disproves nothing: resolves with why. A lock that is lost is no matter of the proof. */
async function proofOf(
  client: Client,
  plan: Plan,
  { look, options, before }: CarryOutOptions,
  { journal, signal, say }: Tools,
): Promise<Proof | ExpectedError> {
  const { timeoutMs } = options
  try {
    return await prove(client, plan, { before, look, timeoutMs, signal, say, version })
  } catch (error) {
    if (isLockLost(signal)) throw error
    const why = signal.aborted ? 'it was interrupted' : messageOf(error)
    return new ExpectedError(`The changes were applied, but not proved: ${why}.`, {
      code: 'not-proved',
      hint: `Prove it with kubectl dnsfix verify, or take it back with kubectl dnsfix undo ${journal.journal.id}`,
      exitCode: signal.aborted ? 130 : 2,
      cause: error,
    })
  }
}

const interruption = (proof: ExpectedError): ExpectedError | null => (proof.exitCode === 130 ? proof : null)

/** What is begun is brought to its end, whoever wants to leave meanwhile. */
async function takenBack(client: Client, run: CarryOutOptions, tools: Tools, proof: Proof): Promise<Outcome> {
  const { journal, lost } = tools
  const { problems } = await takeBack(client, { ...tools, signal: lost, force: false })
  const isWhole = isBack(journal)
  const notes = await closed(journal, isWhole ? 'rolled-back' : 'running')
  const all = [...proof.against, ...problems, ...notes]
  return { ...ended(run, journal, isWhole ? 'rolled-back' : 'failed'), notes: all }
}

/** Closes the journal. Resolves with a sentence where that could not be written. */
export const closed = (journal: OpenJournal, state: JournalState): Promise<readonly string[]> =>
  endJournal(journal, state).then(
    () => [],
    error => [
      `The journal ${journal.journal.id} could not be closed, and the next run may ask for its undo: ${messageOf(error)}`,
    ],
  )

/** Nothing of it stands any more. */
export const isBack = ({ journal }: OpenJournal): boolean =>
  journal.spare === undefined && journal.steps.every(s => s.state === 'planned' || s.state === 'undone')

/** How a run ends by its journal. */
export const ended = ({ options }: CarryOutOptions, { journal }: OpenJournal, verdict: Outcome['verdict']): Outcome =>
  outcome(verdict, options.dryRun, {
    applied: appliedChanges(journal),
    undo: verdict === 'rolled-back' ? null : journal.id,
  })
