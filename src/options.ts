import type { Code, Severity } from './catalog.ts'
import type { Method } from './fix/plan.ts'
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

/** The ways to repair that can be asked for; the others follow from what is found. */
export const methods = ['configmap', 'kubeadm', 'kubelet'] as const satisfies readonly Method[]

/** As kubectl has it: `client` only shows the plan, `server` also has the API server judge it. */
export const dryRuns = ['none', 'client', 'server'] as const
export type DryRun = (typeof dryRuns)[number]

export interface FixOptions {
  readonly kube: ConfigOptions
  readonly output: Output
  /** only this finding is repaired */
  readonly code: Code | undefined
  readonly method: (typeof methods)[number] | undefined
  /** `IP`, `IP:PORT` or `[IPv6]:PORT`; empty: the nodes' real resolvers */
  readonly upstreams: readonly string[]
  /** domain, in small letters and without the final dot → its DNS servers, written like upstreams */
  readonly stubDomains: Readonly<Record<string, readonly string[]>>
  readonly dryRun: DryRun
  /** apply without asking */
  readonly yes: boolean
  /** prove afterwards that names resolve */
  readonly verify: boolean
  /** take the changes back where the proof fails */
  readonly rollback: boolean
  /** as for `check` */
  readonly names: readonly string[]
  readonly external: boolean
  readonly verbose: boolean
  /** limit of each step and of the proof */
  readonly timeoutMs: number
}

export interface UndoOptions {
  readonly kube: ConfigOptions
  readonly output: Output
  /** of the run that is taken back; undefined: the newest */
  readonly id: string | undefined
  /** only show the runs that there were */
  readonly list: boolean
  readonly yes: boolean
  /** also where somebody has changed the object since */
  readonly force: boolean
  readonly verbose: boolean
}

export interface VersionOptions {
  readonly kube: ConfigOptions
  readonly output: Output
  /** leave the server away */
  readonly client: boolean
  readonly verbose: boolean
}

/** `kubectl` is the program that kubectl itself asks for the completion of a plugin. */
export const shells = ['bash', 'zsh', 'fish', 'powershell', 'kubectl'] as const
export type Shell = (typeof shells)[number]

/** A manifest is for machines. */
export const manifestOutputs = ['yaml', 'json'] as const
export type ManifestOutput = (typeof manifestOutputs)[number]

/** The commands that need rights; `undo` needs those of `fix`. */
export const guarded = ['check', 'verify', 'fix'] as const
export type Guarded = (typeof guarded)[number]

/** Somebody who gets rights (rbac.authorization.k8s.io/v1 Subject). */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  /** of a ServiceAccount */
  readonly namespace?: string
}

export interface RbacOptions {
  readonly command: Guarded
  /** of `fix`: only this way to repair */
  readonly method: FixOptions['method']
  /** the only one in which probe Pods run, and for `check` and `fix` in which DNS runs; undefined: any */
  readonly namespace: string | undefined
  readonly subjects: readonly Subject[]
  readonly output: ManifestOutput
}

/** What was asked for on the command line. */
export type Request =
  | { readonly kind: 'check'; readonly options: CheckOptions }
  | { readonly kind: 'fix'; readonly options: FixOptions }
  | { readonly kind: 'verify'; readonly options: VerifyOptions }
  | { readonly kind: 'undo'; readonly options: UndoOptions }
  | { readonly kind: 'rbac'; readonly options: RbacOptions }
  | { readonly kind: 'explain'; readonly code: string | undefined; readonly output: Output }
  | { readonly kind: 'version'; readonly options: VersionOptions }
  | { readonly kind: 'completion'; readonly shell: Shell }
  /** help: nothing to do but to show it */
  | { readonly kind: 'text'; readonly text: string }
