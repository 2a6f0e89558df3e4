/** Lower case and with a trailing dot (plugin/normalize.go, Name.Normalize). */
export function normalizeName(name: string): string {
  return (isQualified(name) ? name : `${name}.`).toLowerCase()
}

// A dot that is escaped does not end the name.
function isQualified(name: string): boolean {
  const escapes = /(\\*)\.$/.exec(name)
  return escapes !== null && (escapes[1] ?? '').length % 2 === 0
}

/**
 * Whether CoreDNS takes this for a domain name (github.com/miekg/dns, IsDomainName): labels of 63 bytes at most, no
 * empty one, 256 bytes in all. Every other character is allowed, spaces and braces too.
 */
export function isDomainName(name: string): boolean {
  // Four characters a byte at most: \046.
  if (name === '' || name.length > 4 * 256) return false
  const full = isQualified(name) ? name : `${name}.`
  if (full === '.') return true
  const sizes = labelSizes(full)
  const total = sizes?.reduce((sum, size) => sum + size + 1, 0) ?? 0
  return sizes !== null && total <= 256 && sizes.every(size => size > 0 && size <= 63)
}

// `\.` and `\046` are one byte each. Null when the name ends in a backslash.
function labelSizes(full: string): number[] | null {
  const sizes: number[] = []
  const bytes = Buffer.from(full)
  let size = 0
  let escaped = false
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x2e) {
      sizes.push(size)
      size = 0
      escaped = false
      continue
    }
    escaped = bytes[at] === 0x5c && !escaped
    if (bytes[at] === 0x5c) at += /^\d{3}$/.test(bytes.toString('latin1', at + 1, at + 4)) ? 3 : 1
    size++
  }
  return escaped ? null : sizes
}
