import { isAddress } from './dns/address.ts'
import { whyNotDnsName } from './dns/name.ts'
import { ExpectedError } from './errors.ts'
import type { Question } from './snapshot/snapshot.ts'

/** RFC 2606 keeps it for examples, and it resolves everywhere. */
const usual = 'example.com'

/**
 * The questions of `--name NAME[=ADDRESS]`; example.com without any, none with `--no-external`.
 * Throws an ExpectedError for what is no name or no address.
 */
export function questionsFrom(names: readonly string[], external: boolean): readonly Question[] {
  if (names.length > 0) return names.map(question)
  return external ? [question(usual)] : []
}

function question(text: string): Question {
  const [name = '', address] = splitAt(text, '=')
  const why = whyNotDnsName(name)
  if (why)
    throw invalid(
      `--name ${JSON.stringify(text)} is no name: ${why}.`,
      'Write it like --name example.com or --name example.com=203.0.113.20',
    )
  if (address !== undefined && !isAddress(address)) {
    throw invalid(
      `--name ${JSON.stringify(text)} expects ${JSON.stringify(address)}, which is no IP address.`,
      'Write it like --name example.com=203.0.113.20',
    )
  }
  const type = address?.includes(':') ? 'AAAA' : 'A'
  return { name: name.replace(/\.$/, ''), type, scope: 'external', expected: address === undefined ? [] : [address] }
}

const invalid = (message: string, hint: string) => new ExpectedError(message, { code: 'name-invalid', hint })

function splitAt(text: string, separator: string): readonly (string | undefined)[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
