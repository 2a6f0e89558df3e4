/** What is told about a failure; with `-o json` exactly this is printed on stdout. */
export type ErrorReport = {
  readonly kind: 'Error'
  readonly code: string
  readonly message: string
  readonly hint: string
}

type Details = {
  /** a stable slug for scripts, for example `context-unknown` */
  readonly code: string
  /** the next step: a command, a flag or a file to look at */
  readonly hint: string
  readonly exitCode?: number
  readonly cause?: unknown
}

/** Something the user can act on: one sentence, a hint, no stack. Any other error is a bug in this program. */
export class ExpectedError extends Error {
  readonly code: string
  readonly hint: string
  readonly exitCode: number

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause })
    this.name = 'ExpectedError'
    this.code = details.code
    this.hint = details.hint
    this.exitCode = details.exitCode ?? 2
  }
}

/** The exit code for an error that ended the run: 2 means "could not look", also for a bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ExpectedError ? error.exitCode : 2
}

/**
 * Turns whatever was thrown into a report.
 * An expected error keeps its own words; a bug shows its stack and says where to report it.
 */
export function describeError(error: unknown, reportAt: string): ErrorReport {
  if (error instanceof ExpectedError) return expectedReport(error)
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { kind: 'Error', code: 'bug', message, hint: `This is a bug in kubectl dnsfix. Please report it: ${reportAt}` }
}

/** An expected error as it is told. */
export const expectedReport = ({ code, message, hint }: ExpectedError): ErrorReport => ({
  kind: 'Error',
  code,
  message,
  hint,
})
