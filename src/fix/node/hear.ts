import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../kube/client.ts'
import { RequestError } from '../../kube/failures.ts'
import { pauseAfter } from '../../pause.ts'
import { logOnDisk } from '../../probes/disk-log.ts'
import { type Start, startOf } from '../../probes/reasons.ts'
import type { Meta, Pod } from '../../snapshot/objects.ts'
import { lastComplaint } from './events.ts'
import { container } from './pod.ts'
import { hasEnded, type Transcript, told, transcriptOf } from './transcript.ts'
import type { NodeWork } from './work.ts'

/** A script did not run on a node, and the message says why in words. `began`: it may have run in part, or run still. */
export class NotRun extends Error {
  readonly began: boolean

  constructor(message: string, began: boolean, cause?: unknown) {
    super(message, { cause })
    this.name = 'NotRun'
    this.began = began
  }
}

const startMs = 30_000

/** More than the slowest script takes: a restart of the kubelet that does not come to its end, and the one that puts it back. */
export const deadlineSeconds = 150

/**
 * Reads the log of a node's Pod until its script has told its end. That the kubelet does not answer is a matter of course while it
 * restarts. Rejects with a NotRun, or with the signal's reason.
 */
export async function hearOut(work: NodeWork, made: Meta, signal: AbortSignal | undefined): Promise<Transcript> {
  const began = Date.now()
  let seen: Seen = { start: { state: 'waiting', why: 'the API server has not told of it' }, began: false, log: '' }
  let endings = 0
  while (Date.now() - began < deadlineSeconds * 1000) {
    signal?.throwIfAborted()
    seen = await look(work, made, seen)
    const transcript = transcriptOf(seen.log)
    if (hasEnded(transcript)) return transcript
    const { start } = seen
    if (start.state === 'failed' && endings++ === lateTries)
      throw new NotRun(lastWords(start.why, seen.log), seen.began)
    const isLate = start.state === 'waiting' && Date.now() - began > startMs
    if (isLate) throw await notStarted(work, made, start.why)
    await sleep(pauseAfter(Date.now() - began, 300), undefined, signal && { signal })
  }
  throw new NotRun(`the Pod did not tell within ${deadlineSeconds} s what it did`, true)
}

async function notStarted({ client, namespace }: NodeWork, made: Meta, why: string): Promise<NotRun> {
  const complaint = await lastComplaint(client, namespace, made)
  return new NotRun(`the Pod was not started within ${startMs / 1000} s: ${complaint ?? why}`, false)
}

/** A container's output is in the node's log file a moment after it was written. */
const lateTries = 3

interface Seen {
  readonly start: Start
  /** the script was begun */
  readonly began: boolean
  readonly log: string
}

async function look({ client, namespace }: NodeWork, made: Meta, before: Seen): Promise<Seen> {
  const path = `/api/v1/namespaces/${namespace}/pods/${made.name}`
  try {
    const pod = await client.get<Pod>(path)
    if (pod.metadata.uid !== made.uid) return { ...before, start: deleted }
    const start = startOf(pod)
    const log = hasBegun(pod)
      ? await client.text(`${path}/log?container=${container}`).catch(unlessForbidden(before.log))
      : ((await onDisk(client, pod)) ?? before.log)
    return { start, began: before.began || hasBegun(pod) || log !== '', log }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.kind === 'not-found') return { ...before, start: deleted }
    if (error.kind === 'forbidden') throw new NotRun(error.message, before.began, error)
    return before
  }
}

/** What cannot be read so early can be read later. */
function onDisk(client: Client, { metadata: { name, namespace = '', uid }, spec }: Pod): Promise<string | null> {
  return logOnDisk(client, { namespace, name, uid, node: spec.nodeName }, container).catch(error => {
    if (error instanceof RequestError) return null
    throw error
  })
}

const deleted: Start = { state: 'failed', why: 'somebody else deleted the Pod' }

const unlessForbidden = (otherwise: string) => (error: unknown) => {
  if (!(error instanceof RequestError)) throw error
  if (error.kind === 'forbidden') throw new NotRun(error.message, true, error)
  return otherwise
}

/** StartError is containerd's and ContainerCannotRun is Docker's word for a command that could not be begun. */
function hasBegun({ status }: Pod): boolean {
  const { running, terminated } = status?.containerStatuses?.[0]?.state ?? {}
  const isUnstartable = /^(StartError|ContainerCannotRun)$/.test(terminated?.reason ?? '')
  return running !== undefined || (terminated !== undefined && !isUnstartable)
}

/** The last words before an end that was not told are mostly the reason for it. */
function lastWords(why: string, log: string): string {
  const last = told(transcriptOf(log), '')
  return last ? `${why}: ${last.slice(0, 300)}` : why
}
