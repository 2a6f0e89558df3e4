import type { Refusal } from '../fix/plan.ts'
import { appliedLines } from './applied.ts'
import { effectsOf, type ReportedFinding } from './check.ts'
import { type FixReport, isFailing } from './fix.ts'
import { repairedBy } from './plan.ts'
import { row, type Style } from './style.ts'
import { criterionLines } from './verify-table.ts'

/** What became of a plan, for people: whether DNS is repaired, each change, the proof, and how it is taken back. */
export function fixLines(report: FixReport, style: Style, wide = false): readonly string[] {
  const { applied, verify, refused, plan, log } = report
  const parts = [
    headline(report, style),
    applied.flatMap(change => appliedLines(change, style)),
    (verify?.criteria ?? []).flatMap(c => criterionLines(c, style, wide)),
    plan ? [] : refused.flatMap(r => refusedLines(r, style)),
    troubles(report, style),
    log.flatMap((line, i) => row(label(i === 0 ? 'log' : ''), line, '', style)),
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
  if (verdict === 'not-proved') return [style.warn('!'), 'Changed, but not proved']
  if (verdict === 'repaired' && verify && isFailing(verify))
    return [style.warn('!'), 'Repaired, but names do not resolve from every Pod for another reason']
  if (verdict === 'repaired')
    return verify ? [style.good('✓'), 'Repaired'] : [style.warn('!'), 'Changed, but not proved']
  if (verdict === 'nothing-to-do') return [style.dim('–'), 'Nothing to do: no fault was found that fix repairs']
  if (verdict === 'planned') return [style.dim('–'), `Nothing was changed (--dry-run=${dryRun})`]
  if (verdict === 'rolled-back') return [style.bad('✗'), 'Not repaired, and all taken back']
  if (verdict === 'failed') return [style.bad('✗'), 'Not repaired, and what was changed stands']
  return [style.bad('✗'), 'Not repaired: no way is open']
}

/** What went wrong on the way, and what has to be known. */
const troubles = ({ error, notes }: FixReport, style: Style): readonly string[] => [
  ...(error ? [...row(label('why'), error.message, error.code, style), ...hintLines(error.hint, style)] : []),
  ...notes.flatMap(note => row(label('note'), note, '', style)),
]

const hintLines = (hint: string, style: Style) => (hint === '' ? [] : row(label(''), hint, '', style))

/**
 * Findings that the plan is not about and that do not go with those that it is about, each with what repairs it: those that the proof
 * still saw, and the others from before.
 */
function remaining({ plan, findings, still }: FixReport, style: Style): readonly string[] {
  const repaired = repairedBy(plan, findings)
  const seen = new Set(still.map(f => f.code))
  const told = new Set([...repaired, ...repaired.flatMap(f => effectsOf(f, findings))])
  const others = findings.filter(f => !told.has(f) && f.category !== 'access' && !seen.has(f.code))
  const lines = (word: string) => (f: ReportedFinding) => [
    ...row(label(word), f.message, `${f.code} ${f.name}`, style),
    ...row(label(''), f.remedy, '', style),
  ]
  return [...others.flatMap(lines('also')), ...still.flatMap(lines('still'))]
}

/** What can be done from here. */
function next({ verdict, verify, undo, dryRun }: FixReport, style: Style): readonly string[] {
  const isDone = verdict === 'repaired' || verdict === 'failed' || verdict === 'not-proved'
  const isOpen = verdict === 'not-proved' || (verdict === 'repaired' && !verify)
  return [
    ...(isOpen ? row(label('prove it'), 'kubectl dnsfix verify', '', style) : []),
    ...(isDone && undo !== null ? row(label('take back'), `kubectl dnsfix undo ${undo}`, '', style) : []),
    ...(verdict === 'planned' ? row(label('apply it'), `the same without --dry-run=${dryRun}`, '', style) : []),
  ]
}
