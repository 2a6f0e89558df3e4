import { ExpectedError } from '../../errors.ts'
import type { Client } from '../../kube/client.ts'

/** What every look at a node, and every change on one, needs. */
export interface NodeWork {
  readonly client: Client
  /** of the DNS Pods, where the Pods on the nodes are made too */
  readonly namespace: string
  /** names the run: a label of its Pods, and the end of the names of its back-ups */
  readonly run: string
  /** of the DNS Pods, for nodes that do not tell of a pause image */
  readonly images: readonly string[]
  readonly signal: AbortSignal
  /** hears what is waited for */
  readonly say: (text: string) => void
}

/**
 * How a step on a node that failed has left it: as it was, put back to what it was with its kubelet running, or in a state that nobody
 * has seen.
 */
export type Left = 'unchanged' | 'put-back' | 'unknown'

interface Details {
  readonly code: string
  readonly hint: string
  readonly left: Left
  readonly cause?: unknown
}

/** A step on a node did not succeed; the message is one sentence or two, and after them what the node itself said. */
export class NodeFailure extends ExpectedError {
  readonly left: Left

  constructor(message: string, { left, ...details }: Details) {
    super(message, details)
    this.name = 'NodeFailure'
    this.left = left
  }
}
