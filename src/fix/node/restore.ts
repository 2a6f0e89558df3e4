import { backupOf, digestOf, encoded } from './file.ts'
import { NotRun } from './hear.ts'
import { restoreScript } from './restore-script.ts'
import { runOnNode } from './run.ts'
import { told } from './transcript.ts'
import { failureOn } from './words.ts'
import { NodeFailure, type NodeWork } from './work.ts'

/** A file to be given back. */
export interface Original {
  readonly node: string
  readonly file: string
  /** null: there was no such file */
  readonly before: string | null
  /** what it is expected to be now; null where it is given back whatever it is by now */
  readonly present: string | null
  /** kubeadm wrote it, and may have put its lines in another order than it was expected to */
  readonly isReordered: boolean
  /** of the run that changed it: names the back-up */
  readonly run: string
}

/**
 * Gives the node back its file, with the bytes, owner, mode and times of before, restarts its kubelet and removes the back-up. Where the
 * back-up is gone the text is written anew. Done twice it changes nothing more. Resolves with the kubelet's last words before
 * its restart; rejects with a NodeFailure, code `node-file-changed` where somebody has changed the file since.
 */
export async function restoreFile(work: NodeWork, original: Original, onAlone: () => Promise<void>): Promise<string> {
  const { node, file, before, present, isReordered, run } = original
  const backup = backupOf(file, run)
  const variables = {
    FILE: file,
    BACKUP: backup,
    PRESENT: present === null ? '' : digestOf(present),
    LINES: isReordered ? encoded(present) : '',
    BEFORE: digestOf(before),
    TEXT: encoded(before),
  }
  const task = { script: restoreScript, variables, kind: 'restore', onAlone } as const
  const transcript = await runOnNode(work, node, task).catch(error => {
    throw error instanceof NotRun ? notRestored(original, backup, error) : error
  })
  const left = told(transcript, 'left')
  if (left !== 'restored') throw failureOn(original, transcript, left === 'unchanged' ? 'unchanged' : 'unknown')
  return told(transcript, 'journal') ?? ''
}

function notRestored({ node, file, before }: Original, backup: string, error: NotRun): NodeFailure {
  const byHand = before === null ? `rm ${file}` : `mv ${backup} ${file}`
  return new NodeFailure(`Node ${node}: ${file} could not be given back: ${error.message}`, {
    code: 'node-not-restored',
    hint: `On the node: ${byHand} && systemctl restart kubelet`,
    left: error.began ? 'unknown' : 'unchanged',
    cause: error,
  })
}
