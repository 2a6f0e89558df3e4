import * as assert from 'uvu/assert'
import { parseArgs } from '../../src/cli.ts'
import { ExpectedError } from '../../src/errors.ts'

/** The error for a command line that must not be taken. */
export function refusal(argv: readonly string[]): ExpectedError {
  let error: unknown
  try {
    parseArgs(argv)
  } catch (thrown) {
    error = thrown
  }
  assert.instance(error, ExpectedError)
  return error as ExpectedError
}
