import { type Finding, finding } from './finding.ts'
import { inputNames } from './rights.ts'
import type { Gap, Input, Right } from './snapshot/snapshot.ts'

const cluster = { kind: 'Cluster', name: 'cluster' }

/**
 * What could not be seen, as findings: one for each missing right, one for each reason why probe Pods did not ask, one for each
 * other input that failed.
 * `essential` are the inputs that some rule cannot do without.
 */
export function gapFindings(gaps: readonly Gap[], essential: ReadonlySet<Input>): readonly Finding[] {
  const refused = gaps.filter(g => g.right !== undefined)
  const unstarted = gaps.filter(g => g.right === undefined && isProbe(g))
  const failed = gaps.filter(g => g.right === undefined && !isProbe(g))
  return [
    ...[...Map.groupBy(refused, g => rightText(g.right)).entries()].map(([right, group]) => rightFinding(right, group)),
    ...[...Map.groupBy(unstarted, g => g.detail)].map(([reason, group]) => probeFinding(reason, group)),
    ...[...Map.groupBy(failed, g => `${g.input} ${g.why}`).values()].map(group => failedFinding(group, essential)),
  ]
}

function rightFinding(right: string, group: readonly Gap[]): Finding {
  const what = [...new Set(group.map(g => inputNames[g.input]))].join(' and ')
  return finding('DNS901', cluster, { right, what }, 'some', linesOf(group))
}

/** A probe Pod of one node; one that is missed everywhere has no node for its object. */
const isProbe = (gap: Gap): boolean => gap.input === 'probes' && gap.object !== undefined

function probeFinding(reason: string, group: readonly Gap[]): Finding {
  const nodes = [...new Set(group.flatMap(g => g.object ?? []))]
  return finding('DNS904', { kind: 'Node', name: nodes[0] ?? '' }, { nodes, reason }, 'some', linesOf(group))
}

function failedFinding(group: readonly Gap[], essential: ReadonlySet<Input>): Finding {
  const { input = 'version', why = 'failed', detail = '' } = group[0] ?? {}
  const objects = [...new Set(group.flatMap(g => g.object ?? []))]
  const args = { what: inputNames[input], objects, why: why === 'failed' ? detail : why.replace('-', ' ') }
  const code = essential.has(input) ? 'DNS902' : 'DNS903'
  return finding(code, cluster, args, 'some', linesOf(group))
}

const linesOf = (group: readonly Gap[]) =>
  group.slice(0, 3).map(g => ({ source: g.object ?? inputNames[g.input], text: g.detail }))

/** A right as kubectl's `auth can-i` says it: `get pods/log in namespace kube-system`. */
export function rightText(right: Right | undefined): string {
  if (!right) return ''
  const resource = right.group === '' ? right.resource : `${right.resource}.${right.group}`
  return `${right.verb} ${resource}${right.namespace === undefined ? '' : ` in namespace ${right.namespace}`}`
}
