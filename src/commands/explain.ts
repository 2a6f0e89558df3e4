import { type Code, catalog, categoryOf, codes, effects } from '../catalog.ts'
import { codeFrom } from '../cli/code.ts'
import type { Io } from '../io.ts'
import type { Output } from '../options.ts'
import { render } from '../report/render.ts'
import { row, type Style } from '../report/style.ts'
import { rules } from '../rules/index.ts'
import { pathRules } from '../rules/path/index.ts'

interface Explanation {
  readonly kind: 'Explanation'
  readonly code: Code
  readonly name: string
  readonly severity: string
  readonly category: string
  readonly summary: string
  readonly checks: readonly string[]
  readonly causes: readonly Code[]
  readonly effects: readonly Code[]
}

/** `kubectl dnsfix explain [CODE]`: one code in full, or the list of all. Needs no cluster. */
export function explain(text: string | undefined, output: Output, io: Io): number {
  if (text === undefined) {
    const all = codes.map(explanation)
    io.stdout.write(
      render(all, output, io, style => all.flatMap(e => row(`${e.code}  ${e.name.padEnd(22)}`, e.summary, '', style))),
    )
    return 0
  }
  const found = explanation(codeFrom(text))
  io.stdout.write(render(found, output, io, style => lines(found, style)))
  return 0
}

function explanation(code: Code): Explanation {
  const { name, severity, summary } = catalog[code]
  return {
    kind: 'Explanation',
    code,
    name,
    severity,
    category: categoryOf(code),
    summary,
    checks: [...rules, ...pathRules].filter(r => r.codes.includes(code)).map(r => r.title),
    causes: codes.filter(other => effects[other]?.includes(code)),
    effects: effects[code] ?? [],
  }
}

const named = (list: readonly Code[]): string => list.map(c => `${c} ${catalog[c].name}`).join(', ')

function lines(e: Explanation, style: Style): readonly string[] {
  return [
    style.bold(`${e.code} ${e.name}`) + style.dim(`  ${e.severity}, ${e.category}`),
    '',
    ...row('  ', e.summary, '', style),
    '',
    ...e.checks.flatMap(title => row('  checks      ', title, '', style)),
    ...(e.causes.length ? row('  comes from  ', named(e.causes), '', style) : []),
    ...(e.effects.length ? row('  leads to    ', named(e.effects), '', style) : []),
  ]
}
