import { parseArgs } from './cli.ts'
import { describeError, ExpectedError, exitCodeOf } from './errors.ts'
import type { Io } from './io.ts'
import type { Request } from './options.ts'
import { reportAt } from './version.ts'

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

/** Loads only the command that was asked for. */
async function perform(request: Request, io: Io): Promise<number> {
  if (request.kind === 'check') return (await import('./commands/check.ts')).check(request.options, io)
  if (request.kind === 'fix') return (await import('./commands/fix.ts')).fix(request.options, io)
  if (request.kind === 'verify') return (await import('./commands/verify.ts')).verify(request.options, io)
  if (request.kind === 'undo') return (await import('./commands/undo.ts')).undo(request.options, io)
  if (request.kind === 'explain')
    return (await import('./commands/explain.ts')).explain(request.code, request.output, io)
  if (request.kind === 'rbac') return (await import('./commands/rbac.ts')).rbac(request.options, io)
  if (request.kind === 'version') return (await import('./commands/version.ts')).versions(request.options, io)
  const text = request.kind === 'text' ? request.text : (await import('./completion/scripts.ts')).scripts[request.shell]
  io.stdout.write(text)
  return 0
}

/** In words on stderr; with `-o json` or `-o yaml` as data on stdout, so that a program never has to read prose. */
function tell(error: unknown, argv: readonly string[], io: Io): void {
  const report = describeError(error, reportAt)
  if (wantsData(argv)) io.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else io.stderr.write(`error: ${report.message}\n${report.hint ? `hint: ${report.hint}\n` : ''}`)
}

/** Looked up by hand, because the command line itself may be what is wrong. JSON is valid YAML. */
const wantsData = (argv: readonly string[]): boolean => /(^| )(-o|--output)[ =]?(json|yaml)( |$)/.test(argv.join(' '))
