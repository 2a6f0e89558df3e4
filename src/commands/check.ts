import { analyze, exitCode } from '../analyze.ts'
import type { Io } from '../io.ts'
import type { CheckOptions } from '../options.ts'
import { checkReport } from '../report/check.ts'
import { render } from '../report/render.ts'
import { tableLines } from '../report/table.ts'
import { rules } from '../rules/index.ts'
import { assertSavable, loadSnapshot, saveSnapshot } from '../snapshot/file.ts'
import { redact } from '../snapshot/redact.ts'
import { version } from '../version.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix check`: looks (or reads what was seen earlier), judges, prints. Returns the exit code. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  if (options.save !== undefined) assertSavable(options.save)
  const look = () => withClient(options, io, client => lookAt(client, options, io))
  const snapshot = options.from === undefined ? await look() : loadSnapshot(options.from)
  if (options.save !== undefined) saveSnapshot(options.save, options.redact ? redact(snapshot) : snapshot, version)
  const analysis = analyze(snapshot, rules)
  const report = checkReport(snapshot, analysis, version)
  io.stdout.write(render(report, options.output, io, style => tableLines(report, style, options.output === 'wide')))
  return exitCode(analysis, options.failOn)
}
