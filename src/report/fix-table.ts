import type { Refusal } from '../fix/plan.ts'
import { appliedLines } from './applied.ts'
import { effectsOf } from './check.ts'
import type { FixReport } from './fix.ts'
import { repairedBy } from './plan.ts'
import { row, type Style } from './style.ts'
import { criterionLines } from './verify-table.ts'

/** What became of a plan, for people: whether DNS is repaired, each change, the proof, and how it is taken back. */
export function fixLines(report: FixReport, style: Style, wide = false): readonly string[] {
  const { applied, verify, refused, plan } = report
  const parts = [
    headline(report, style),
    applied.flatMap(change => appliedLines(change, style)),
    (verify?.criteria ?? []).flatMap(c => criterionLines(c, style, wide)),
    plan ? [] : refused.flatMap(r => refusedLines(r, style)),
    remaining(report, style),
    next(report, style),
  ]
  return parts.filter(part => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]))
}

/** Why a way is not gone, and what is to be done instead. */
const refusedLines = ({ method, reason, steps }: Refusal, style: Style): readonly string[] => [
  ...row(`  ${style.bad('✗')} `, `${method}: ${reason}`, '', style),
  ...steps.flatMap(step => row('    - ', step, '', style)),
]

const label = (word: string): string => `  ${word.padEnd(10)}`

function headline(report: FixReport, style: Style): readonly string[] {
  const [first] = repairedBy(report.plan, report.findings)
  const [mark, opening] = openingOf(report, style)
  const text = first ? `${opening}: ${first.message}` : opening
  return row(`${mark} `, text, first ? `${first.code} ${first.name}` : '', style).map(style.bold)
}

/** A change that nobody proved is not yet a repair. */
function openingOf({ verdict, verify, dryRun }: FixReport, style: Style): readonly [mark: string, text: string] {
  if (verdict === 'repaired')
    return verify ? [style.good('✓'), 'Repaired'] : [style.warn('!'), 'Changed, but not proved']
  if (verdict === 'nothing-to-do') return [style.dim('–'), 'Nothing to do: no fault was found that fix repairs']
  if (verdict === 'planned') return [style.dim('–'), `Nothing was changed (--dry-run=${dryRun})`]
  if (verdict === 'rolled-back') return [style.bad('✗'), 'Not repaired, and all taken back']
  if (verdict === 'failed') return [style.bad('✗'), 'Not repaired, and what was changed stands']
  return [style.bad('✗'), 'Not repaired: no way is open']
}

/** Findings that the plan is not about and that do not go with those that it is about, each with what repairs it. */
function remaining({ plan, findings }: FixReport, style: Style): readonly string[] {
  const repaired = repairedBy(plan, findings)
  const told = new Set([...repaired, ...repaired.flatMap(f => effectsOf(f, findings))])
  return findings
    .filter(f => !told.has(f) && f.category !== 'access')
    .flatMap(f => [
      ...row(label('also'), f.message, `${f.code} ${f.name}`, style),
      ...row(label(''), f.remedy, '', style),
    ])
}

/** What can be done from here. */
function next({ verdict, verify, undo, dryRun }: FixReport, style: Style): readonly string[] {
  const isDone = verdict === 'repaired' || verdict === 'failed'
  return [
    ...(verdict === 'repaired' && !verify ? row(label('prove it'), 'kubectl dnsfix verify', '', style) : []),
    ...(isDone && undo !== null ? row(label('take back'), `kubectl dnsfix undo ${undo}`, '', style) : []),
    ...(verdict === 'planned' ? row(label('apply it'), `the same without --dry-run=${dryRun}`, '', style) : []),
  ]
}
