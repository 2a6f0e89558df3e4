import { type Analysis, analyze } from '../analyze.ts'
import { namingRights } from '../fix/allowed.ts'
import type { Taker } from '../fix/lease.ts'
import { withLoneNote } from '../fix/lone-pod.ts'
import type { Choice, Plan } from '../fix/plan.ts'
import { choose } from '../fix/planners/choose.ts'
import type { FixContext } from '../fix/planners/context.ts'
import { prepare } from '../fix/prepare.ts'
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
import { namingUnseen } from './unseen.ts'

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
  const { context, choice, unprovable } = await namingUnseen(analysis.findings, async () => {
    const [context, unprovable] = await namingRights(client, namespace, async () => {
      if (!isSilent) await refuseUnfinished(client, namespace, taker)
      return Promise.all([
        prepare(client, snapshot, analysis, options, { signal: io.signal, say: spinner.say }),
        isSilent || !options.verify ? null : whyUnprovable(client, snapshot, options.timeoutMs, io.signal),
      ])
    })
    return { context, choice: choose(context), unprovable }
  })
  const isNoted = unprovable !== null && choice.plans[0]?.changes.length
  const noted = isNoted ? withNote(choice, unprovableNote(unprovable)) : choice
  const told = { ...noted, plans: noted.plans.map(plan => withLoneNote(plan, snapshot.evidence)) }
  return { snapshot, analysis, context, proposal: proposalOf(told, snapshot, analysis) }
}

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
