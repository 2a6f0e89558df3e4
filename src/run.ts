import { parseArgs } from './cli.ts'
import { check } from './commands/check.ts'
import { explain } from './commands/explain.ts'
import { fix } from './commands/fix.ts'
import { undo } from './commands/undo.ts'
import { verify } from './commands/verify.ts'
import { describeError, ExpectedError, exitCodeOf } from './errors.ts'
import type { Io } from './io.ts'
import type { Request } from './options.ts'
import { reportAt, version } from './version.ts'

/** Runs a command line. Returns the exit code; every error has been told by then. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await perform(parseArgs(argv), io)
  } catch (error) {
    // Who interrupted something that was changing the cluster must hear how it was left; anything else was just ended.
    if (io.signal.aborted && !(error instanceof ExpectedError && error.exitCode === 130)) return 130
    tell(error, argv, io)
    return exitCodeOf(error)
  }
}

async function perform(request: Request, io: Io): Promise<number> {
  if (request.kind === 'check') return check(request.options, io)
  if (request.kind === 'fix') return fix(request.options, io)
  if (request.kind === 'verify') return verify(request.options, io)
  if (request.kind === 'undo') return undo(request.options, io)
  if (request.kind === 'explain') return explain(request.code, request.output, io)
  io.stdout.write(request.kind === 'text' ? request.text : versionText(request.output))
  return 0
}

const versionText = (output: string): string =>
  output === 'json' ? `${JSON.stringify({ kind: 'Version', version })}\n` : `${version}\n`

/** In words on stderr; with `-o json` or `-o yaml` as data on stdout, so that a program never has to read prose. */
function tell(error: unknown, argv: readonly string[], io: Io): void {
  const report = describeError(error, reportAt)
  if (wantsData(argv)) io.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else io.stderr.write(`error: ${report.message}\n${report.hint ? `hint: ${report.hint}\n` : ''}`)
}

/** Looked up by hand, because the command line itself may be what is wrong. JSON is valid YAML. */
const wantsData = (argv: readonly string[]): boolean => /(^| )(-o|--output)[ =]?(json|yaml)( |$)/.test(argv.join(' '))
