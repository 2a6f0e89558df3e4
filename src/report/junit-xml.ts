import { attribute, characters } from './xml.ts'

/** How a test case ended. `error`: it could not be tried, which is never a pass. */
export interface Ending {
  readonly kind: 'failure' | 'error' | 'skipped'
  readonly message: string
  readonly type: string
  readonly text: string
}

export const ending = (kind: Ending['kind'], message: string, type: string, text = ''): Ending => ({
  kind,
  message,
  type,
  text,
})

export interface TestCase {
  readonly classname: string
  readonly name: string
  readonly seconds: number
  readonly ending: Ending | null
}

export interface Suite {
  readonly name: string
  readonly cases: readonly TestCase[]
  readonly output: string
}

/** Suites as XML that Jenkins and GitLab read. `takenAt` is an ISO time. */
export function suitesText(name: string, suites: readonly Suite[], takenAt: string): string {
  const cases = suites.flatMap(s => s.cases)
  const head = `<testsuites name=${attribute(name)} ${countsOf(cases, false)}>`
  const body = suites.flatMap(s => suiteLines(s, takenAt))
  return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...body, '</testsuites>'].join('\n')}\n`
}

function suiteLines({ name, cases, output }: Suite, takenAt: string): readonly string[] {
  // xs:dateTime as the schema wants it, without fractions and zone.
  const timestamp = takenAt.slice(0, 19)
  return [
    `  <testsuite name=${attribute(name)} ${countsOf(cases, true)} timestamp=${attribute(timestamp)}>`,
    ...cases.flatMap(caseLines),
    ...(output === '' ? [] : [`    <system-out>${characters(output)}</system-out>`]),
    '  </testsuite>',
  ]
}

function countsOf(cases: readonly TestCase[], withSkipped: boolean): string {
  const count = (kind: Ending['kind']) => cases.filter(c => c.ending?.kind === kind).length
  const seconds = cases.reduce((sum, c) => sum + c.seconds, 0)
  const skipped = withSkipped ? ` skipped="${count('skipped')}"` : ''
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"${skipped} time="${seconds.toFixed(3)}"`
}

function caseLines({ classname, name, seconds, ending }: TestCase): readonly string[] {
  const head = `    <testcase classname=${attribute(classname)} name=${attribute(name)} time="${seconds.toFixed(3)}"`
  if (!ending) return [`${head}/>`]
  const { kind, message, type, text } = ending
  const typed = kind === 'skipped' ? '' : ` type=${attribute(type)}`
  const inner = `      <${kind} message=${attribute(message)}${typed}`
  return [`${head}>`, text === '' ? `${inner}/>` : `${inner}>${characters(text)}</${kind}>`, '    </testcase>']
}
