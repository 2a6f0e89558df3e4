import { ExpectedError } from '../errors.ts'
import { messageOf } from '../fix/apply-errors.ts'
import { nodeHands } from '../fix/apply-node.ts'
import { endJournal, type OpenJournal, readJournal } from '../fix/journal.ts'
import { inRun, withLock } from '../fix/lock.ts'
import { removeLeftovers } from '../fix/node/earlier.ts'
import type { Plan } from '../fix/plan.ts'
import { dnsImages } from '../fix/prepare.ts'
import { ChangedSince, takeBack } from '../fix/rollback.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { thisRun } from '../fix/this-run.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { appliedChanges } from '../report/applied.ts'
import type { Undone } from '../report/undo.ts'
import type { UndoRun } from './undo.ts'

type Back = Pick<Undone, 'applied' | 'verdict' | 'notes' | 'failure'>

/** Does `work` while no other run does anything. */
export const locked = <T>(
  { client, evidence }: UndoRun,
  work: (lost: AbortSignal, held: Client) => Promise<T>,
): Promise<T> => withLock(client, dnsServerOf(evidence).namespace, thisRun(), work)

/**
 * Goes the way back that was shown, and tells how that went. Rejects with an ExpectedError or a RequestError only where nothing was
 * done: another run is at work, or the run or an object is not as it was shown.
 */
export function wentBack(run: UndoRun, shown: OpenJournal, { method }: Plan): Promise<Back> {
  const { options, io, spinner, evidence, clock } = run
  const dns = dnsServerOf(evidence)
  const { namespace } = dns
  const { id } = shown.journal
  const work = async (lost: AbortSignal, client: Client): Promise<Back> => {
    const journal = await unchanged(client, namespace, shown)
    await removeLeftovers(client, namespace)
    const signal = AbortSignal.any([io.signal, lost])
    const images = dnsImages(evidence)
    const node = nodeHands({ client, namespace, run: id, images, signal, say: spinner.say }, method, id)
    const { force } = options
    const tools = { journal, dns, node, force, today: io.now, signal, say: spinner.say, clock }
    const back = async () => {
      const { open, problems } = await takeBack(client, tools)
      // What is still open can be taken back later, by the same command.
      if (open.length === 0) await endJournal(journal, 'undone')
      return { ...told(journal, open.length === 0), notes: problems }
    }
    return inRun(id, lost, back).catch(error => ({ ...told(journal, false), failure: failureOf(error, id, io.signal) }))
  }
  return io.hold(() => locked(run, work))
}

const told = ({ journal }: OpenJournal, isWhole: boolean): Back => ({
  applied: appliedChanges(journal),
  verdict: isWhole ? 'undone' : 'failed',
  notes: [],
  failure: null,
})

/** Throws what is a bug of this program, and what was found before anything was done. */
function failureOf(error: unknown, id: string, interrupted: AbortSignal): ExpectedError {
  if (error instanceof ChangedSince) throw error
  if (error instanceof ExpectedError) return error
  if (!interrupted.aborted && !(error instanceof RequestError)) throw error
  const why = interrupted.aborted ? 'Interrupted' : messageOf(error)
  return new ExpectedError(`${why}. Not everything was taken back.`, {
    code: interrupted.aborted ? 'interrupted' : 'undo-failed',
    hint: `The same command goes on with it: kubectl dnsfix undo ${id}`,
    exitCode: interrupted.aborted ? 130 : 1,
    cause: error,
  })
}

/** The plan was made and shown before the lock was held: the run may have gone on since. */
async function unchanged(client: Client, namespace: string, { journal }: OpenJournal): Promise<OpenJournal> {
  const now = await readJournal(client, namespace, journal.id)
  if (JSON.stringify(now.journal) === JSON.stringify(journal)) return now
  throw new ExpectedError(`The run ${journal.id} went on while the way back was shown.`, {
    code: 'journal-changed',
    hint: 'The same command shows it anew',
    exitCode: 1,
  })
}
