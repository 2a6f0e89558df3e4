import { type Analysis, analyze } from '../analyze.ts'
import { ExpectedError } from '../errors.ts'
import type { Taker } from '../fix/lease.ts'
import { withLoneNote } from '../fix/lone-pod.ts'
import type { Choice, Plan } from '../fix/plan.ts'
import { choose } from '../fix/planners/choose.ts'
import type { FixContext } from '../fix/planners/context.ts'
import { type Prepared, prepare } from '../fix/prepare.ts'
import { unprovableNote, whyUnprovable } from '../fix/provable.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { refuseUnfinished } from '../fix/unfinished.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { FixOptions } from '../options.ts'
import { judgedReport } from '../report/check.ts'
import type { Proposal } from '../report/plan.ts'
import type { Spinner } from '../report/spinner.ts'
import { rules } from '../rules/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'

/** What `fix` works with from its first look to its end. */
export interface FixRun {
  readonly client: Client
  readonly options: FixOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly taker: Taker
  readonly look: () => Promise<Snapshot>
}

/** What was seen in one look, and what is to be done about it. */
export interface Draft {
  readonly snapshot: Snapshot
  readonly analysis: Analysis
  readonly context: FixContext
  readonly proposal: Proposal
}

/** Looks and plans; changes nothing. Rejects with an ExpectedError, as where an earlier run was not brought to its end. */
export async function draft({ client, options, io, spinner, taker, look }: FixRun): Promise<Draft> {
  const snapshot = await look()
  const analysis = analyze(snapshot, rules)
  const { namespace } = dnsServerOf(snapshot.evidence)
  const isSilent = options.dryRun === 'client'
  if (!isSilent) await refuseUnfinished(client, namespace, taker)
  const prepared = await prepare(client, snapshot, analysis, options, {
    signal: io.signal,
    say: spinner.say,
    nodes: !isSilent,
  })
  const choice = chosen(prepared)
  const unprovable =
    isSilent || !options.verify || !choice.plans[0]?.changes.length
      ? null
      : await whyUnprovable(client, snapshot, options.timeoutMs, io.signal)
  const noted = unprovable === null ? choice : withNote(choice, unprovableNote(unprovable))
  const told = { ...noted, plans: noted.plans.map(plan => withLoneNote(plan, snapshot.evidence)) }
  return { snapshot, analysis, context: prepared.context, proposal: proposalOf(told, snapshot, analysis) }
}

/** Where nodes would have to be looked at and must not be, a plan is told without them, and no plan is no answer. */
function chosen({ context, isUnseen }: Prepared): Choice {
  if (!isUnseen) return choose(context)
  const choice = attempted(context)
  if (choice?.plans[0] === undefined) throw nodesUnseen()
  return withNote(
    choice,
    'the ways on the nodes are not among these: for them a Pod on each node has to look, and --dry-run=client starts none; --dry-run=server shows them too',
  )
}

function attempted(context: FixContext): Choice | undefined {
  try {
    return choose(context)
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'no-upstream')) throw error
    return undefined
  }
}

const nodesUnseen = (): ExpectedError =>
  new ExpectedError(
    'The plan depends on the resolvers of the nodes, which only a Pod there can read, and --dry-run=client starts none.',
    {
      code: 'nodes-unseen',
      hint: '--dry-run=server shows the whole plan: it starts a short-lived Pod on each node, and changes nothing. Or name the resolvers with --upstream IP,IP',
    },
  )

/** The note is one of the plan that is proposed, the first. */
export const withNote = ({ plans: [first, ...others], refused }: Choice, note: string): Choice => ({
  plans: first ? [noted(first, note), ...others] : [],
  refused,
})

export const noted = (plan: Plan, note: string): Plan => ({ ...plan, notes: [...plan.notes, note] })

function proposalOf({ plans, refused }: Choice, snapshot: Snapshot, analysis: Analysis): Proposal {
  const { findings: all, cause } = judgedReport(snapshot, analysis, version)
  // What it is all about stands first.
  const findings = cause ? [cause, ...all.filter(f => f.code !== cause.code || f.message !== cause.message)] : all
  const [plan, ...alternatives] = plans
  return { findings, plan: plan ?? null, alternatives, refused }
}
