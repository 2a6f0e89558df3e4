import type { Severity } from './catalog.ts'
import type { ConfigOptions } from './kube/config.ts'

export const outputs = ['table', 'wide', 'json', 'yaml'] as const
export type Output = (typeof outputs)[number]

export interface CheckOptions {
  readonly kube: ConfigOptions
  readonly output: Output
  readonly failOn: Severity
  /** `NAME` or `NAME=ADDRESS`, as typed */
  readonly names: readonly string[]
  readonly external: boolean
  readonly save: string | undefined
  readonly redact: boolean
  readonly from: string | undefined
  readonly verbose: boolean
}

/** What was asked for on the command line. */
export type Request =
  | { readonly kind: 'check'; readonly options: CheckOptions }
  | { readonly kind: 'explain'; readonly code: string | undefined; readonly output: Output }
  | { readonly kind: 'version'; readonly output: Output }
  /** help: nothing to do but to show it */
  | { readonly kind: 'text'; readonly text: string }
