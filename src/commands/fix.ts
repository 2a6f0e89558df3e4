import { livePlan } from '../fix/live-plan.ts'
import type { FixContext } from '../fix/planners/context.ts'
import { dnsServerOf } from '../fix/settled-target.ts'
import { realClock } from '../fix/settled-wait.ts'
import { thisRun } from '../fix/this-run.ts'
import type { Io } from '../io.ts'
import type { FixOptions, LookOptions } from '../options.ts'
import { confirm, declined } from '../report/confirm.ts'
import { exitOfFix, fixReport, type Outcome, outcome } from '../report/fix.ts'
import { fixLines } from '../report/fix-table.ts'
import type { Proposal } from '../report/plan.ts'
import { planLines, question } from '../report/plan-table.ts'
import { render } from '../report/render.ts'
import { styleFor } from '../report/style.ts'
import { version } from '../version.ts'
import { untilNoConflict } from './anew.ts'
import { carryOut } from './carry-out.ts'
import type { Draft, FixRun } from './draft.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix fix`: plans, shows, asks, applies, proves; takes back what did not help. Returns the exit code. */
export const fix = (options: FixOptions, io: Io): Promise<number> =>
  withClient(lookOptions(options), io, async (client, spinner) => {
    const look = () => lookAt(client, lookOptions(options), io)
    const run: FixRun = { client, options, io, spinner, look, taker: thisRun() }
    const { draft, outcome } = await untilNoConflict(run, draft => outcomeOf(run, draft))
    spinner.end()
    const report = fixReport(draft.snapshot, draft.proposal, outcome, version)
    io.stdout.write(render(report, options.output, io, style => fixLines(report, style, options.output === 'wide')))
    return exitOfFix(outcome)
  })

/** What becomes of one plan. Rejects where nothing was changed: it cannot be carried out, or nobody wanted it. */
async function outcomeOf(run: FixRun, { snapshot, analysis, context, proposal }: Draft): Promise<Outcome> {
  const { client, options, io, spinner } = run
  const { plan } = proposal
  if (!plan) return outcome(proposal.refused.length > 0 ? 'refused' : 'nothing-to-do', options.dryRun)
  if (plan.changes.length === 0) return outcome('nothing-to-do', options.dryRun)
  show(run, proposal)
  if (options.dryRun === 'client') return outcome('planned', options.dryRun)
  await livePlan(client, plan, context, { timeoutMs: options.timeoutMs, signal: io.signal, say: spinner.say })
  if (options.dryRun === 'server') return outcome('planned', options.dryRun)
  if (!options.yes) {
    spinner.pause()
    if (!(await confirm(question(plan), io))) throw declined()
  }
  const dns = dnsServerOf(snapshot.evidence)
  const before = { snapshot, analysis }
  return carryOut(client, plan, { ...run, before, dns, why: whyOf(context), clock: realClock })
}

/** One sentence for `undo --list`. */
const whyOf = ({ cause, options }: FixContext): string => options.code ?? cause?.code ?? 'as asked for'

/** The plan goes where the report goes when people read it; programs get it in the report. */
function show({ io, options, spinner }: FixRun, proposal: Proposal): void {
  const isWide = options.output === 'wide'
  if (options.output !== 'table' && !isWide) {
    if (!options.yes && options.dryRun === 'none')
      spinner.note(`${planLines(proposal, styleFor(io.stderr, io.env)).join('\n')}\n\n`)
    return
  }
  spinner.pause()
  io.stdout.write(`${planLines(proposal, styleFor(io.stdout, io.env), isWide).join('\n')}\n\n`)
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
