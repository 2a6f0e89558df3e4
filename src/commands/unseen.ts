import { ExpectedError } from '../errors.ts'
import { type Finding, messageOf } from '../finding.ts'

/**
 * Does `work`; an ExpectedError that it ends with gets the rights that were lacking into its hint, for what could not be seen may be
 * why.
 */
export async function namingUnseen<T>(findings: readonly Finding[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const lacking = findings.filter(f => f.code === 'DNS901').map(messageOf)
    if (!(error instanceof ExpectedError) || lacking.length === 0) throw error
    const { code, message, hint, exitCode, cause } = error
    throw new ExpectedError(message, { code, hint: [hint, ...new Set(lacking)].join('; '), exitCode, cause })
  }
}
