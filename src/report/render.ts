import type { Io } from '../io.ts'
import type { Output } from '../options.ts'
import { type Style, styleFor } from './style.ts'
import { yamlText } from './yaml.ts'

/** A report in the form that was asked for: for people through `lines`, for programs as it is. */
export function render(report: object, output: Output, io: Io, lines: (style: Style) => readonly string[]): string {
  if (output === 'json') return `${JSON.stringify(report, null, 2)}\n`
  if (output === 'yaml') return yamlText(report)
  return `${lines(styleFor(io.stdout, io.env)).join('\n')}\n`
}
