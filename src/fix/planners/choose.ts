import { causedBy } from '../../analyze.ts'
import { ExpectedError } from '../../errors.ts'
import { atLeast, type Finding, messageOf, nameOf, remedyOf, severityOf } from '../../finding.ts'
import type { Choice, Method, Plan, Refusal } from '../plan.ts'
import type { FixContext, Planner } from './context.ts'
import { planners as all } from './index.ts'

/**
 * All ways to repair the cause, or the finding that was named: the least intrusive that lasts comes first. The upstreams and stub domains
 * that were given are planned whatever is found. A plan without changes says in its notes that there is nothing to do; a finding for which
 * there is no planner comes as a refusal with its remedy. Throws the ExpectedErrors of `wantedOf`; `no-upstream` only where no other way
 * is left.
 */
export function choose(context: FixContext, planners: readonly Planner[] = all): Choice {
  const targets = targetsOf(context)
  const nothing = whyNothing(context, targets)
  if (nothing !== null) return { plans: [emptyPlan(context, nothing)], refused: [] }
  const results = planners.filter(p => isConcerned(p, context, targets)).map(p => tried(p, context))
  const { method } = context.options
  const isMeant = (way: { readonly method: Method }) => method === undefined || way.method === method
  const ways = results.flatMap(r => r.way ?? []).filter(isMeant)
  const plans = sorted(ways.filter(way => 'changes' in way))
  const refused = ways.filter(way => 'reason' in way)
  const [error] = isMeant({ method: 'configmap' }) ? results.flatMap(r => r.error ?? []) : []
  if (plans.length === 0 && error) throw error
  const remedies = plans.length + refused.length > 0 ? [] : targets.map(f => remedy(f, method))
  if (plans.length + refused.length + remedies.length === 0)
    return { plans: [emptyPlan(context, 'nothing is found that needs a repair')], refused: [] }
  return { plans: plans.map(plan => noted(plan, context)), refused: [...refused, ...remedies] }
}

/** The findings that are to be repaired: those of the code that was given, else the cause. */
const targetsOf = ({ findings, cause, options }: FixContext): readonly Finding[] =>
  options.code === undefined ? (cause ? [cause] : []) : findings.filter(f => f.code === options.code)

const isGiven = ({ options }: FixContext): boolean =>
  options.upstreams.length > 0 || Object.keys(options.stubDomains).length > 0

function whyNothing(context: FixContext, targets: readonly Finding[]): string | null {
  const { code, method } = context.options
  if (targets.length > 0 || isGiven(context)) return null
  if (code !== undefined) return `${code} is not found in this cluster: nothing to change`
  return method === undefined ? 'nothing is found that needs a repair' : null
}

const emptyPlan = ({ options }: FixContext, note: string): Plan => ({
  method: options.method ?? 'configmap',
  changes: [],
  notes: [note],
})

/** A method that is named is tried whatever is found: what is in order there has no changes. */
function isConcerned(planner: Planner, context: FixContext, targets: readonly Finding[]): boolean {
  if (planner.name === context.options.method) return true
  if (planner.name === 'configmap' && isGiven(context)) return true
  return targets.some(f => planner.codes.includes(f.code))
}

interface Tried {
  readonly way: Plan | Refusal | null
  /** why there is no upstream: one way is closed by that, and perhaps not all */
  readonly error?: ExpectedError
}

function tried(planner: Planner, context: FixContext): Tried {
  try {
    return { way: planner.plan(context) }
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'no-upstream') throw error
    return { way: { method: 'configmap', reason: error.message.replace(/\.$/, ''), steps: [error.hint] }, error }
  }
}

/** Without a restart before with one; what new nodes inherit before what they do not. */
const order: readonly Method[] = ['object', 'configmap', 'kubeadm', 'kubelet']

function sorted(plans: readonly Plan[]): readonly Plan[] {
  const full = plans.filter(plan => plan.changes.length > 0)
  return full.length > 0
    ? full.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
    : plans.slice(0, 1)
}

function remedy(finding: Finding, method: Method | undefined): Refusal {
  const how = method === undefined ? 'is not repaired by this program' : `is not repaired with --method ${method}`
  return {
    method: method ?? 'object',
    reason: `${finding.code} ${nameOf(finding)} ${how}: ${messageOf(finding)}`,
    steps: [remedyOf(finding)],
  }
}

/** The plan, with a note for each other fault that does not go away with it. */
function noted(plan: Plan, { findings }: FixContext): Plan {
  const repaired = new Set(plan.changes.flatMap(change => change.codes))
  const left = findings.filter(
    f =>
      atLeast(severityOf(f), 'warning') && !repaired.has(f.code) && !causedBy(f, findings).some(c => repaired.has(c)),
  )
  const notes = left.map(f => `${f.code} ${nameOf(f)} is not repaired by this: ${messageOf(f)}`)
  return { ...plan, notes: [...plan.notes, ...(plan.changes.length > 0 ? notes : [])] }
}
