import type { Code } from '../catalog.ts'
import type { Finding } from '../finding.ts'
import type { Engine } from '../snapshot/dns.ts'
import type { Evidence, Input } from '../snapshot/snapshot.ts'

/** `in-cluster`: Pods ask DNS servers of this cluster, and which ones is known. */
export type Subject = 'service' | 'pods' | 'in-cluster'

export interface Rule {
  /** the file's name without `.ts`: what reports and tests call it */
  readonly name: string
  /** what is true when nothing is found: a line of the checklist */
  readonly title: string
  readonly codes: readonly Code[]
  /** only for clusters with this DNS server; left out of the checklist elsewhere */
  readonly engine?: Engine
  /** what must exist for the rule to say anything; where it does not, another rule says that */
  readonly subject?: Subject
  /** without these the rule is skipped, because … */
  readonly inputs: readonly Input[]
  /** these make its verdict better, but it can do without */
  readonly uses: readonly Input[]
  /** `at` is when the evidence was taken: the only clock there is */
  check(evidence: Evidence, at: Date): Iterable<Finding>
}

/**
 * A rule from what it says of itself. The compiler refuses an input that is read but not declared, a code that is
 * yielded but not declared, and arguments that do not fit their code. What is declared decides what is fetched, which
 * rights are asked for, and what a refusal skips.
 */
export function defineRule<const C extends Code, const I extends Input, const U extends Input = never>(rule: {
  readonly name: string
  readonly title: string
  readonly codes: readonly C[]
  readonly engine?: Engine
  readonly subject?: Subject
  readonly inputs: readonly I[]
  readonly uses?: readonly U[]
  check(evidence: Pick<Evidence, NoInfer<I> | NoInfer<U>>, at: Date): Iterable<Extract<Finding, { code: NoInfer<C> }>>
}): Rule {
  return { uses: [], ...rule }
}
