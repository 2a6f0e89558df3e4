import ipaddr from 'ipaddr.js'

/** `10.0.0.1:53`, `[fd00::1]:53`, `10.0.0.1#53` (dnsmasq) or a bare address → the address and the port. */
export function splitPort(text: string): { readonly address: string; readonly port: number | null } {
  const match = /^\[([^\]]+)\]:(\d+)$/.exec(text) ?? /^([^#]+)#(\d+)$/.exec(text) ?? /^([^:]+):(\d+)$/.exec(text)
  if (!match?.[1]) return { address: text.replace(/^\[(.*)\]$/, '$1'), port: null }
  return { address: match[1], port: Number(match[2]) }
}

export const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text))

/**
 * True for an address at which a Pod reaches only itself: 127.0.0.0/8, ::1, and the unspecified addresses, which
 * Linux treats as loopback when one connects to them. Mapped IPv4 addresses count as what they map.
 */
export function isLoopback(text: string): boolean {
  if (!isAddress(text)) return false
  const range = ipaddr.process(text).range()
  return range === 'loopback' || range === 'unspecified'
}

/** True for the same address in whatever spelling: `2001:DB8::1` is `2001:db8:0::1`. */
export const sameAddress = (a: string, b: string): boolean => a === b || plainAddress(a) === plainAddress(b)

/** The one spelling of an address that the API server keeps; what is no address stays as it is. */
export const plainAddress = (text: string): string => (isAddress(text) ? ipaddr.process(text).toString() : text)

/** 169.254.0.0/16 and fe80::/10: addresses that are only good on the machine itself or its link. */
export const isLinkLocal = (text: string): boolean => isAddress(text) && ipaddr.process(text).range() === 'linkLocal'
