import type { Io } from '../io.ts'
import type { VerifyOutput } from '../options.ts'
import { junitText } from './junit.ts'
import { render } from './render.ts'
import type { VerifyReport } from './verify.ts'
import { verifyLines } from './verify-table.ts'

/** The report of `verify` in the form that was asked for; tables as wide as the terminal, coloured only there. */
export const verifyText = (report: VerifyReport, output: VerifyOutput, io: Io): string =>
  output === 'junit'
    ? junitText(report)
    : render(report, output, io, style => verifyLines(report, style, output === 'wide'))
