import { type Analysis, causedBy } from '../analyze.ts'
import { type Code, categoryOf } from '../catalog.ts'
import { resolvesEverywhere } from '../criteria/resolves-everywhere.ts'
import { sameAddress, splitPort } from '../dns/address.ts'
import { atLeast, type Finding, severityOf } from '../finding.ts'
import { judged } from '../snapshot/matrix.ts'
import { isDown } from '../snapshot/node.ts'
import { faultOf } from '../snapshot/outcomes.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import type { Plan } from './plan.ts'

/** What was seen, and what the rules say of it. */
export interface Seen {
  readonly snapshot: Snapshot
  readonly analysis: Analysis
}

/**
 * `disproved`: something that was to be repaired is still there, or something is worse than before. `unknown`: neither, but no name
 * was seen to resolve from a Pod, or not from every node that is Ready.
 */
export interface Judgement {
  readonly state: 'proved' | 'disproved' | 'unknown'
  /** errors that speak against the plan */
  readonly against: readonly Finding[]
  /** errors that were there before and are no business of the plan, or that cannot come of it */
  readonly still: readonly Finding[]
  /** names that a DNS Pod resolved before, and none does now */
  readonly lost: readonly string[]
  /** nothing is wrong that was not seen before, and might go away by itself as kube-proxy follows */
  readonly isSettled: boolean
}

/** Holds what is seen from Pods after a plan against what was seen before it. Pure. */
export function judgedProof(plan: Plan, before: Seen, after: Seen): Judgement {
  const { against, still, isSettled } = sorted(plan, before, after)
  const lost = lostNames(before.snapshot.evidence, after.snapshot.evidence)
  const resolving = resolvingFromReady(after.snapshot)
  const isUnexplained = resolving === 'failed' && still.length === 0
  const isSeen = resolving === 'passed' || (resolving === 'failed' && anyResolves(after.snapshot.evidence))
  const isDisproved = against.length > 0 || lost.length > 0 || isUnexplained
  return { state: isDisproved ? 'disproved' : isSeen ? 'proved' : 'unknown', against, still, lost, isSettled }
}

function sorted(plan: Plan, before: Seen, after: Seen): Pick<Judgement, 'against' | 'still' | 'isSettled'> {
  const errors = errorsOf(after.analysis)
  const old = errorsOf(before.analysis)
  const isOld = (f: Finding) => old.some(o => keyOf(o) === keyOf(f))
  const planned = plan.changes.flatMap(c => c.codes)
  const business = withEffects(planned, old)
  const isForeign = foreignTo(plan, before.snapshot.evidence, after.snapshot.evidence)
  const isExcuse = (f: Finding) => isForeign(f) || (isOld(f) && !business.has(f.code))
  const excusesOf = (f: Finding) => {
    if (business.has(f.code)) return errors.filter(isForeign)
    // What `check` had not seen before is excused by what it had not seen either, as a node that went away meanwhile.
    return errors.filter(isOfPath(f) ? isExcuse : e => isForeign(e) && !isOld(e) && !isOfPath(e))
  }
  const against = errors.filter(f => !isExcuse(f) && !isBroughtAbout(f, excusesOf(f), errors))
  return { against, still: errors.filter(f => !against.includes(f)), isSettled: errors.every(isOld) }
}

const errorsOf = ({ findings }: Analysis): readonly Finding[] =>
  findings.filter(f => atLeast(severityOf(f), 'error') && categoryOf(f.code) !== 'access')

/** DNS Pods have other names after a restart. */
const keyOf = ({ code, object }: Finding): string =>
  object.kind === 'Pod' ? code : [code, object.kind, object.namespace, object.name].join(' ')

/** Only Pods that ask see it, so that nobody knows whether it was there before. */
const isOfPath = ({ code }: Finding): boolean => categoryOf(code) === 'network'

/** Codes, and what followed from them among these findings. */
function withEffects(codes: readonly Code[], findings: readonly Finding[]): ReadonlySet<Code> {
  const all = new Set(codes)
  for (const code of all) for (const f of findings) if (causedBy(f, findings).includes(code)) all.add(f.code)
  return all
}

/** Whether one of these is behind a finding. A fault of some nodes or Pods is not behind a fault of all. */
function isBroughtAbout(finding: Finding, causes: readonly Finding[], all: readonly Finding[]): boolean {
  const wide = causes.filter(c => c.code !== finding.code && (c.reach === 'all' || finding.reach !== 'all'))
  const codes = wide.map(c => c.code)
  return withEffects(codes, all).has(finding.code)
}

/** Faults of the way that queries take, which `check` could not see, or of a node that went away. */
const ofTheWay: ReadonlySet<Code> = new Set<Code>(['DNS405', 'DNS501', 'DNS502', 'DNS505', 'DNS507', 'DNS512'])

/**
 * Tells faults that cannot come of a plan: of a way that it does not change, of upstreams that were there before, of nodes that a plan
 * for nodes leaves out, as those that are down.
 */
function foreignTo(plan: Plan, before: Evidence, after: Evidence): (finding: Finding) => boolean {
  const touched = new Set(plan.changes.flatMap(c => (c.kind === 'node' ? [c.node] : [])))
  const isService = plan.changes.some(c => c.kind === 'object' && c.path.includes('/services/'))
  const known = upstreams(before).map(u => u.address)
  const isNew = (server: string) => !known.some(address => sameAddress(splitPort(server).address, address))
  return f => {
    if (isService && (f.code === 'DNS501' || f.code === 'DNS503')) return false
    if (ofTheWay.has(f.code)) return !nodesIn(f).some(node => touched.has(node))
    const places = touched.size > 0 ? placesOf(f, after.pods) : []
    if (places.length > 0 && !places.some(node => touched.has(node))) return true
    return isOfUpstreams(f) && !serversIn(f).some(isNew)
  }
}

const nodesIn = (f: Finding): readonly string[] =>
  'nodes' in f.args ? f.args.nodes : f.code === 'DNS405' ? [f.args.node] : []

/** The nodes that a finding is about, or that its DNS Pods run on. */
function placesOf(f: Finding, pods: Evidence['pods']): readonly string[] {
  const { pods: named } = f.args as { readonly pods?: unknown }
  const names: readonly unknown[] = Array.isArray(named) ? named : f.object.kind === 'Pod' ? [f.object.name] : []
  const nodes = pods.filter(p => names.includes(p.metadata.name)).flatMap(p => p.spec.nodeName ?? [])
  return nodes.length > 0 ? nodes : nodesIn(f)
}

const isOfUpstreams = ({ code }: Finding): boolean => ['DNS503', 'DNS506', 'DNS508', 'DNS513'].includes(code)

/** The upstreams that a finding is about; of the targets of DNS503 only these have that word before them. */
function serversIn(f: Finding): readonly string[] {
  if (f.code === 'DNS506' || f.code === 'DNS513') return f.args.upstreams
  if (f.code === 'DNS508') return f.args.answers.map(a => a.upstream)
  return f.code === 'DNS503' ? f.args.targets.flatMap(t => /^upstream (.*)$/.exec(t)?.[1] ?? []) : []
}

/** Asked both times in the same way: of the DNS Pods themselves. Who was not asked now has lost nothing. */
function lostNames(before: Pick<Evidence, 'answers'>, after: Pick<Evidence, 'answers'>): readonly string[] {
  const nameOf = ({ question }: Evidence['answers'][number]) => question.name
  const good = new Set(after.answers.filter(a => faultOf(a) === null).map(nameOf))
  const asked = new Set(after.answers.map(nameOf))
  const had = new Set(before.answers.filter(a => faultOf(a) === null).map(nameOf))
  return [...had].filter(name => asked.has(name) && !good.has(name))
}

/** As the criterion has it, of the nodes that are Ready: from one that is down nothing can be asked, whatever DNS does. */
function resolvingFromReady({ plan, ...rest }: Snapshot): 'passed' | 'failed' | 'unknown' {
  const down = new Set(rest.evidence.nodes.filter(isDown).map(n => n.metadata.name))
  const facts = resolvesEverywhere(
    plan ? { ...rest, plan: { ...plan, nodes: plan.nodes.filter(n => !down.has(n)) } } : rest,
  )
  const has = (status: 'failed' | 'unknown') => facts.some(f => f.status === status)
  return has('failed') ? 'failed' : has('unknown') || facts.length === 0 ? 'unknown' : 'passed'
}

/** Some Pod got a right answer in the way that every Pod asks. */
const anyResolves = (evidence: Evidence): boolean =>
  judged(evidence).some(o => (o.to.kind === 'service' || o.to.kind === 'resolver') && o.fault === null)
