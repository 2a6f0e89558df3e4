import { RequestError } from '../kube/failures.ts'
import { gapOf } from '../snapshot/look.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import { NotStarted } from './starts.ts'

/**
 * Why a node was not probed, as a gap with the node as its object; undefined for what is no matter of that node.
 * `timedOutMs` is the time limit of the run, when it is over.
 */
export function probeGap(error: unknown, node: string, timedOutMs: number | undefined): Gap | undefined {
  const gap = { input: 'probes', object: node } as const
  if (timedOutMs !== undefined) return { ...gap, why: 'timeout', detail: `not done within ${timedOutMs / 1000} s` }
  if (error instanceof NotStarted) return { ...gap, why: 'failed', detail: error.message }
  return error instanceof RequestError ? gapOf({ input: 'probes', object: node }, error) : undefined
}
