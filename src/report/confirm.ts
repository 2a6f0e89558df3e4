import { createInterface } from 'node:readline'
import { ExpectedError } from '../errors.ts'
import type { Io } from '../io.ts'

/**
 * Asks on the terminal. True for `y` and `yes`; anything else, also the end of the input, is no. Rejects with an ExpectedError
 * where there is no terminal to ask at, and with the signal's reason on Ctrl-C.
 */
export async function confirm(question: string, io: Io): Promise<boolean> {
  const { stdin, stderr, signal } = io
  if (stdin?.isTTY !== true || stderr.isTTY !== true) throw needsYes()
  signal.throwIfAborted()
  stderr.write(question)
  // The terminal's own line editing leaves Ctrl-C to it: it comes as the signal.
  const lines = createInterface({ input: stdin, terminal: false, signal })
  try {
    for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line)
  } finally {
    // A terminal that is still read keeps the process alive when all is done.
    lines.close()
  }
  stderr.write('\n')
  signal.throwIfAborted()
  return false
}

const needsYes = () =>
  new ExpectedError('Nothing was changed: there is no terminal on which to ask whether it should be.', {
    code: 'needs-yes',
    hint: 'Say so beforehand with --yes',
  })

/** Somebody read the plan and did not want it. */
export const declined = (): ExpectedError =>
  new ExpectedError('Nothing was changed, as you said.', {
    code: 'declined',
    hint: 'The same command shows it again',
    exitCode: 1,
  })
