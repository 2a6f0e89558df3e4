import { type Analysis, analyze } from '../analyze.ts'
import { livePlan } from '../fix/live-plan.ts'
import type { Choice } from '../fix/plan.ts'
import { choose } from '../fix/planners/choose.ts'
import type { FixContext } from '../fix/planners/context.ts'
import { prepare } from '../fix/prepare.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { refuseUnfinished } from '../fix/unfinished.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { FixOptions, LookOptions } from '../options.ts'
import { newRunId } from '../probes/run-id.ts'
import { judgedReport } from '../report/check.ts'
import { confirm, declined } from '../report/confirm.ts'
import { exitOfFix, fixReport, type Outcome } from '../report/fix.ts'
import { fixLines } from '../report/fix-table.ts'
import type { Proposal } from '../report/plan.ts'
import { planLines, question } from '../report/plan-table.ts'
import { render } from '../report/render.ts'
import type { Spinner } from '../report/spinner.ts'
import { styleFor } from '../report/style.ts'
import { rules } from '../rules/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { carryOut } from './carry-out.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix fix`: plans, shows, asks, applies, proves; takes back what did not help. Returns the exit code. */
export const fix = (options: FixOptions, io: Io): Promise<number> =>
  withClient(lookOptions(options), io, async (client, spinner) => {
    const snapshot = await lookAt(client, lookOptions(options), io)
    const analysis = analyze(snapshot, rules)
    const holder = `kubectl-dnsfix-${newRunId()}`
    const { namespace } = dnsServerOf(snapshot.evidence)
    if (options.dryRun !== 'client') await refuseUnfinished(client, namespace, holder)
    const context = await prepare(client, snapshot, analysis, options, { signal: io.signal, say: spinner.say })
    const proposal = proposalOf(choose(context), snapshot, analysis)
    const outcome = await outcomeOf({ client, options, io, spinner, context, proposal, holder })
    spinner.end()
    const report = fixReport(snapshot, proposal, outcome, version)
    io.stdout.write(render(report, options.output, io, style => fixLines(report, style, options.output === 'wide')))
    return exitOfFix(outcome.verdict)
  })

interface Run {
  readonly client: Client
  readonly options: FixOptions
  readonly io: Io
  readonly spinner: Spinner
  readonly context: FixContext
  readonly proposal: Proposal
  readonly holder: string
}

async function outcomeOf(run: Run): Promise<Outcome> {
  const { client, options, io, spinner, context, proposal, holder } = run
  const { plan } = proposal
  const none = { dryRun: options.dryRun, applied: [], verify: null, undo: null }
  if (!plan) return { ...none, verdict: proposal.refused.length > 0 ? 'refused' : 'nothing-to-do' }
  if (plan.changes.length === 0) return { ...none, verdict: 'nothing-to-do' }
  show(run)
  if (options.dryRun === 'client') return { ...none, verdict: 'planned' }
  await livePlan(client, plan, context, { timeoutMs: options.timeoutMs, signal: io.signal, say: spinner.say })
  if (options.dryRun === 'server') return { ...none, verdict: 'planned' }
  if (!options.yes) {
    spinner.pause()
    if (!(await confirm(question(plan), io))) throw declined()
  }
  const look = () => lookAt(client, lookOptions(options), io)
  return carryOut(client, plan, {
    options,
    io,
    spinner,
    look,
    holder,
    dns: dnsServerOf(context.snapshot.evidence),
    why: whyOf(context),
  })
}

/** One sentence for `undo --list`. */
const whyOf = ({ cause, options }: FixContext): string => options.code ?? cause?.code ?? 'as asked for'

/** The plan goes where the report goes when people read it; programs get it in the report. */
function show({ io, options, proposal, spinner }: Run): void {
  const isWide = options.output === 'wide'
  if (options.output !== 'table' && !isWide) {
    if (!options.yes && options.dryRun === 'none')
      spinner.note(`${planLines(proposal, styleFor(io.stderr, io.env)).join('\n')}\n\n`)
    return
  }
  spinner.pause()
  io.stdout.write(`${planLines(proposal, styleFor(io.stdout, io.env), isWide).join('\n')}\n\n`)
}

function proposalOf({ plans, refused }: Choice, snapshot: Snapshot, analysis: Analysis): Proposal {
  const { findings: all, cause } = judgedReport(snapshot, analysis, version)
  // What it is all about stands first.
  const findings = cause ? [cause, ...all.filter(f => f.code !== cause.code || f.message !== cause.message)] : all
  const [plan, ...alternatives] = plans
  return { findings, plan: plan ?? null, alternatives, refused }
}

const lookOptions = ({ kube, names, external, verbose }: FixOptions): LookOptions => ({
  kube,
  names,
  external,
  verbose,
  failOn: 'error',
  save: undefined,
  redact: false,
  from: undefined,
})
