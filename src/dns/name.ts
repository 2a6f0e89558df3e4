import { domainToASCII } from 'node:url'

/**
 * Says in one sentence why a text cannot be asked for in DNS; null when it can.
 * RFC 1035 §2.3.4 sets the lengths, RFC 1123 §2.1 the letters; underscores occur in real names (SRV, DKIM).
 */
export function whyNotDnsName(text: string): string | null {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name === '') return 'a name is missing'
  const strange = /[^\w.-]/u.exec(name)?.[0]
  if (strange) return whyStrange(name, strange)
  if (name.length > 253) return `it has ${name.length} characters, the limit is 253`
  for (const label of name.split('.')) {
    if (label === '') return 'it has an empty part: two dots in a row, or a dot in front'
    if (label.length > 63) return `the part "${label}" has ${label.length} characters, the limit is 63`
    if (label.startsWith('-') || label.endsWith('-')) return `the part "${label}" starts or ends with a hyphen`
  }
  return null
}

export function isDnsName(text: string): boolean {
  return whyNotDnsName(text) === null
}

function whyStrange(name: string, strange: string): string {
  const ascii = /[^\0-\x7f]/.test(name) ? domainToASCII(name) : ''
  return ascii
    ? `it has letters outside ASCII: write it in punycode, ${ascii}`
    : `the character "${strange}" is not allowed in a name`
}
