import type { Analysis } from '../analyze.ts'
import { count } from '../catalog/entry.ts'
import { type Code, categoryOf } from '../catalog.ts'
import { atLeast, messageOf, severityOf } from '../finding.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'

const families: ReadonlySet<string> = new Set(['workload', 'configuration', 'upstreams', 'nodes'])

/** How things go, and not how they are set: states of Pods and of answers, which have their cause elsewhere. */
const runtime: ReadonlySet<Code> = new Set<Code>([
  'DNS102',
  'DNS105',
  'DNS106',
  'DNS107',
  'DNS108',
  'DNS111',
  'DNS112',
  'DNS302',
  'DNS305',
])

const isSetting = (code: Code): boolean => families.has(categoryOf(code)) && !runtime.has(code)

/** Whether the objects that make up DNS are as they should be: no finding about them, and none of their rules skipped. */
export function configurationClean({ findings, skipped, passed: rules }: Analysis): readonly Fact[] {
  const faults = findings.filter(f => isSetting(f.code) && atLeast(severityOf(f), 'warning'))
  const open = skipped.filter(s => s.rule.codes.some(isSetting))
  const held = rules.filter(r => r.codes.some(isSetting))
  return [
    ...faults.map(f => failed(f.code, messageOf(f))),
    ...open.map(s => unknown(s.rule.name, `not known whether ${s.rule.title}: ${s.reason}`)),
    ...(held.length === 0 ? [] : [passed('settings', `held against ${count(held.length, 'rule')}, nothing is found`)]),
    ...held.map(r => passed(r.name, r.title)),
  ]
}
