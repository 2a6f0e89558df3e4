import type { Criterion } from '../criteria/criteria.ts'
import { failureWord } from './cells.ts'
import { failureText } from './failures.ts'
import { type Ending, ending, type Suite, suitesText, type TestCase } from './junit-xml.ts'
import { hasFailed, type ReportedProbe } from './probes.ts'
import { type ReportedTarget, targetKey, targetsOf, targetText } from './targets.ts'
import type { NotProbed, VerifyReport } from './verify.ts'
import { criterionTitle } from './verify-table.ts'

/**
 * The report for CI systems, as Jenkins and GitLab read it (the JUnit schema of jenkinsci/xunit-plugin): a suite for each
 * node with a test case for each target, and the suite `cluster` with the criteria of the grade.
 */
export function junitText(report: VerifyReport): string {
  return suitesText('kubectl dnsfix verify', [clusterSuite(report), ...nodeSuites(report)], report.takenAt)
}

function clusterSuite({ criteria, cause }: VerifyReport): Suite {
  const cases = criteria.map(c => ({
    classname: 'cluster',
    name: criterionTitle(c.id),
    seconds: 0,
    ending: gradeOf(c),
  }))
  return { name: 'cluster', cases, output: cause ? `${cause.code} ${cause.message}\n${cause.remedy}` : '' }
}

function gradeOf({ id, status, evidence }: Criterion): Ending | null {
  if (status === 'passed') return null
  const lines = evidence.map(e => `${e.source}: ${e.text}`)
  const message = lines[0] ?? `${criterionTitle(id)}: ${status}`
  return ending(status === 'failed' ? 'failure' : 'error', message, status, lines.join('\n'))
}

function nodeSuites({ plan, probes, notProbed }: VerifyReport): readonly Suite[] {
  const targets = targetsOf(probes)
  const asked = Map.groupBy(probes, p => p.node)
  const missed = Map.groupBy(notProbed, n => n.node)
  const nodes = new Set([...(plan?.nodes ?? []), ...asked.keys(), ...missed.keys()])
  const tried = [...nodes].map(node => {
    const byFrom = Map.groupBy(asked.get(node) ?? [], p => p.from)
    const seen = [...byFrom].flatMap(([from, own]) => triedCases(node, from, own, targets))
    const untried = (missed.get(node) ?? []).flatMap(n => untriedCases(n, targets))
    return { name: node, cases: [...seen, ...untried], output: '' }
  })
  return [...tried, ...(plan?.left ?? []).map(leftSuite)]
}

/** A node on which no probe can run, whatever is repaired. */
const leftSuite = ({ node, why }: { readonly node: string; readonly why: string }): Suite => ({
  name: node,
  cases: [{ classname: node, name: 'probe Pod', seconds: 0, ending: ending('skipped', why, 'left-out') }],
  output: '',
})

const caseName = (from: ReportedProbe['from'], what: string): string =>
  from === 'host' ? `${what}, from the node's own network` : what

function triedCases(
  node: string,
  from: ReportedProbe['from'],
  probes: readonly ReportedProbe[],
  targets: readonly ReportedTarget[],
): readonly TestCase[] {
  const byTarget = Map.groupBy(probes, p => targetKey(p.to))
  return targets.map(to => {
    const own = byTarget.get(targetKey(to)) ?? []
    return {
      classname: node,
      name: caseName(from, targetText(to)),
      seconds: own.reduce((sum, p) => sum + p.ms, 0) / 1000,
      ending: endingOf(own),
    }
  })
}

function endingOf(probes: readonly ReportedProbe[]): Ending | null {
  if (probes.length === 0) return ending('skipped', 'not asked from here', 'not-asked')
  if (probes.every(p => p.status === 'closed'))
    return ending('skipped', 'not open to Pods, which are answered without it', 'closed')
  const failed = probes.filter(hasFailed)
  const lines = failed.map(p => `${p.name} ${p.type} over ${p.protocol.toUpperCase()}: ${failureText(p)} (${p.ms} ms)`)
  const [first] = failed
  if (!first) return null
  const more = lines.length > 1 ? `; ${lines.length} of ${probes.length} questions fail` : ''
  return ending('failure', `${lines[0]}${more}`, failureWord(first), lines.join('\n'))
}

/** Where nothing could be asked on any node, no target is known: the probe itself is what was to be tried. */
function untriedCases({ node, from, reason }: NotProbed, targets: readonly ReportedTarget[]): readonly TestCase[] {
  const names = targets.length > 0 ? targets.map(targetText) : ['probe Pod']
  const notProbed = ending('error', `not probed: ${reason}`, 'not-probed')
  return names.map(name => ({ classname: node, name: caseName(from, name), seconds: 0, ending: notProbed }))
}
