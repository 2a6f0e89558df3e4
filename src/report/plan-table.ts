import { list } from '../catalog/entry.ts'
import { refName } from '../finding.ts'
import type { Change, Method, Plan, Risk } from '../fix/plan.ts'
import { diffLines } from './diff-parts.ts'
import { objectOf, type Proposal, reachOf, repairedBy } from './plan.ts'
import { row, type Style } from './style.ts'
import { waysLines } from './ways.ts'

/** The plan for people: what it repairs, each change with its difference, and the other ways. No lines without a plan. */
export function planLines(proposal: Proposal, style: Style, wide = false): readonly string[] {
  const { plan, findings } = proposal
  if (!plan) return []
  const groups = [...Map.groupBy(plan.changes, sameness).values()]
  return [
    ...row('', `Plan: ${titles[plan.method]}`, wayTo(plan.method), style).map(style.bold),
    ...repairedBy(plan, findings).flatMap(f => row(label('repairs'), f.message, `${f.code} ${f.name}`, style)),
    ...groups.flatMap((changes, i) => [
      '',
      ...changeLines(changes, groups.length > 1 ? `${i + 1}. ` : '', style, wide),
    ]),
    ...section(plan.notes.flatMap(note => row(label('note'), note, '', style))),
    ...section(waysLines(proposal, style, wide)),
  ]
}

/** What is asked before it is done. */
export const question = ({ changes }: Plan): string =>
  changes.length === 1 ? 'Apply this change? [y/N] ' : `Apply these ${changes.length} changes? [y/N] `

const titles: Readonly<Record<Method, string>> = {
  configmap: "repair the DNS server's configuration",
  kubeadm: "repair kubeadm's configuration of the kubelets, and the kubelets by it",
  kubelet: 'repair the kubelets on their nodes',
  object: 'repair the objects of DNS in the cluster',
}

const wayTo = (method: Method): string => (method === 'object' ? '' : `--method ${method}`)

const label = (word: string): string => `  ${word.padEnd(10)}`
const section = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines])

const risks: Readonly<Record<Risk, string>> = {
  safe: 'safe: nothing restarts',
  restarts: 'restarts, one after the other',
  disruptive: 'disruptive: names may not resolve meanwhile',
}

/** The same file with the same difference on many nodes is shown once. */
const sameness = (change: Change): unknown =>
  change.kind === 'object' ? change : JSON.stringify([change.file, change.before, change.after, change.risk])

/** Changes that are alike. */
function changeLines(changes: readonly Change[], number: string, style: Style, wide: boolean): readonly string[] {
  const [first] = changes
  if (!first) return []
  const most = wide ? Number.POSITIVE_INFINITY : 3
  return [
    ...row(`  ${number}`, `${verbOf(first)} ${whatOf(first, list(changes.map(nameOf), most))}`, '', style).map(
      style.bold,
    ),
    ...row(label('why'), first.why, '', style),
    ...row(label('reach'), reachOf(changes, most).join('; '), '', style),
    ...row(label('risk'), risks[first.risk], '', style),
    ...[...new Set(changes.flatMap(c => c.survives))].flatMap((text, i) =>
      row(label(i === 0 ? 'survives' : ''), text, '', style),
    ),
    '',
    ...diffLines(first, style).map(line => `    ${line}`),
  ]
}

const nameOf = (change: Change): string => refName(objectOf(change))

const whatOf = (change: Change, names: string): string =>
  change.kind === 'node' ? `${change.file} on ${names}` : `${objectOf(change).kind} ${names}`

function verbOf({ before, after }: Change): string {
  if (before === null) return 'create'
  return after === null ? 'delete' : 'change'
}
