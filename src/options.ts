import type { Severity } from './catalog.ts'
import type { ConfigOptions } from './kube/config.ts'

export const outputs = ['table', 'wide', 'json', 'yaml'] as const
export type Output = (typeof outputs)[number]

/** JUnit is a list of tests that pass or fail: only `verify` has such. */
export const verifyOutputs = [...outputs, 'junit'] as const
export type VerifyOutput = (typeof verifyOutputs)[number]

/** What `check` and `verify` are both told: which cluster, what to ask for, what to do with the evidence. */
export interface LookOptions {
  readonly kube: ConfigOptions
  readonly failOn: Severity
  /** `NAME` or `NAME=ADDRESS`, as typed */
  readonly names: readonly string[]
  readonly external: boolean
  readonly save: string | undefined
  readonly redact: boolean
  readonly from: string | undefined
  readonly verbose: boolean
}

export interface CheckOptions extends LookOptions {
  readonly output: Output
}

/** On which nodes to probe. `default`: all of them, or a sample where they are many. */
export type NodeChoice =
  | { readonly kind: 'default' }
  | { readonly kind: 'all' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** all of the labels must be there; null: with any value */
  | { readonly kind: 'labels'; readonly selector: Readonly<Record<string, string | null>> }

export interface VerifyOptions extends LookOptions {
  readonly output: VerifyOutput
  readonly nodes: NodeChoice
  /** one more probe per node, in the node's own network */
  readonly hostNetwork: boolean
  /** of the probe Pods; undefined: the one of the cluster's DNS server */
  readonly image: string | undefined
  /** how long to repeat until it passes; 0: once */
  readonly waitMs: number
  /** limit of one round */
  readonly timeoutMs: number
  /** leave the probe Pods */
  readonly keep: boolean
}

/** What was asked for on the command line. */
export type Request =
  | { readonly kind: 'check'; readonly options: CheckOptions }
  | { readonly kind: 'verify'; readonly options: VerifyOptions }
  | { readonly kind: 'explain'; readonly code: string | undefined; readonly output: Output }
  | { readonly kind: 'version'; readonly output: Output }
  /** help: nothing to do but to show it */
  | { readonly kind: 'text'; readonly text: string }
