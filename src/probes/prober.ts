import type { Client } from '../kube/client.ts'
import type {
  From,
  Observation,
  ProbeQuestion,
  Prober as ProberKind,
  Protocol,
  Target,
} from '../snapshot/observations.ts'

/** One column of the matrix: a target, over one protocol, and what to ask it, in this order. */
export interface Ask {
  readonly to: Target
  readonly protocol: Protocol
  readonly questions: readonly ProbeQuestion[]
}

/** What of a probe Pod is the prober's own. Everything that makes the Pod restricted and short-lived is `pod.ts`'s. */
export interface PodParts {
  readonly containers: readonly ProbeContainer[]
  readonly volumes?: readonly object[]
  readonly annotations?: Readonly<Record<string, string>>
}

export interface ProbeContainer {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly volumeMounts?: readonly object[]
  /** where the usual ones of `pod.ts` do not fit */
  readonly resources?: Resources
}

/** What the scheduler sets aside, and what a container gets at most, as Kubernetes writes quantities. */
export interface Resources {
  readonly requests: Amounts
  readonly limits: Amounts
}

interface Amounts {
  readonly cpu: string
  readonly memory: string
}

/** A probe Pod whose containers run. */
export interface Session {
  readonly client: Client
  readonly namespace: string
  readonly pod: string
  readonly uid: string | undefined
  readonly node: string
  readonly from: From
  /** as `parts` got it */
  readonly firstPort: number
  readonly signal: AbortSignal
}

/** A way to ask from inside a Pod with what an image offers. Pure but for `ask`. */
export interface Prober {
  readonly kind: ProberKind
  /** the image that is named in the report */
  readonly image: string
  /** the container that prints such a line once it can be asked; missing: only the status of its Pod tells that */
  readonly saysUp?: { readonly container: string; readonly line: RegExp }
  /** `firstPort` and those after it are free for what listens on the Pod's loopback */
  parts(asks: readonly Ask[], firstPort: number): PodParts
  /**
   * Puts every question of `asks`, which are those that the Pod was made for. A target that is silent to its first question is
   * not asked the rest: those have no observation. Rejects with a RequestError when the Pod cannot be talked to.
   */
  ask(session: Session, asks: readonly Ask[]): Promise<readonly Observation[]>
}
