import type { Method, NodeChange } from '../plan.ts'
import { backupOf, digestOf, encoded } from './file.ts'
import { NotRun } from './hear.ts'
import { resolvConfIn } from './resolv-conf.ts'
import { runOnNode } from './run.ts'
import { type Transcript, told } from './transcript.ts'
import { failureOn } from './words.ts'
import { type Left, NodeFailure, type NodeWork } from './work.ts'
import { writeScript } from './write-script.ts'

/** A file that was written, for the journal: what is needed to give the original back. */
export interface Written {
  readonly node: string
  readonly file: string
  /** what is in the file now; kubeadm may order its lines in another way than was planned */
  readonly text: string
  /** null where there was no file before */
  readonly backup: string | null
}

/**
 * Makes the change on the node and restarts its kubelet: one script in one Pod does all of it or, where anything fails, none. With the
 * method `kubeadm` kubeadm itself writes the file, out of the ConfigMap that has been changed before. Rejects with a NodeFailure,
 * which says how the node was left, or with the signal's reason when nothing was begun. `onAlone` is waited for before that.
 */
export async function writeFile(
  work: NodeWork,
  change: NodeChange,
  method: Method,
  onAlone: () => Promise<void>,
): Promise<Written> {
  const { node, file, before, after } = change
  const backup = backupOf(file, work.run)
  const variables = {
    FILE: file,
    BEFORE: digestOf(before),
    TEXT: encoded(after),
    AFTER: digestOf(after),
    TARGET: resolvConfIn(after ?? '') ?? '',
    METHOD: method === 'kubeadm' ? 'kubeadm' : 'kubelet',
    BACKUP: backup,
  }
  const task = { script: writeScript, variables, kind: 'write', onAlone } as const
  const transcript = await runOnNode(work, node, task).catch(error => {
    throw error instanceof NotRun ? notWritten(change, backup, error) : error
  })
  if (told(transcript, 'left') !== 'written') throw failureOn(change, transcript, leftIn(transcript))
  return { node, file, text: told(transcript, 'text') ?? after ?? '', backup: before === null ? null : backup }
}

function leftIn(transcript: Transcript): Left {
  const left = told(transcript, 'left')
  return left === 'unchanged' || left === 'put-back' ? left : 'unknown'
}

function notWritten({ node, file }: NodeChange, backup: string, error: NotRun): NodeFailure {
  const left = error.began ? 'unknown' : 'unchanged'
  const after = error.began
    ? `whether ${file} was changed is not known`
    : `${file} is unchanged: no Pod could work there`
  return new NodeFailure(`Node ${node}: ${after}: ${error.message}`, {
    code: error.began ? 'node-unknown' : 'node-unreachable',
    hint: error.began ? `The original, if it was changed, is ${backup} on the node` : hintFor(error.message),
    left,
    cause: error,
  })
}

/** kubernetes.io, Pod Security Admission: the label of a namespace that decides. */
const hintFor = (message: string): string =>
  /Pod Security/.test(message)
    ? 'Work on nodes takes a privileged Pod: allow it for the namespace (label pod-security.kubernetes.io/enforce=privileged), or make the change on the node by hand'
    : 'Make the change on the node by hand, or run the command again once Pods start there'
