import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The reverse zones of a network in CIDR form, or null when the text is not one: `10.0.0.0/8` is `10.in-addr.arpa.`. A
 * mask between two labels gives one zone for each network at the next label (plugin/pkg/cidr/cidr.go).
 */
export function reverseZones(text: string): string[] | null {
  const [, address, digits] = /^([^/]+)\/(\d{1,9})$/.exec(text) ?? []
  if (address === undefined || digits === undefined) return null
  const mask = Number(digits)
  if (isIPv4(address) && mask <= 32) return expand(labels(address, 8), mask, 8, 'in-addr.arpa.')
  if (isIPv6(address) && !address.includes('%') && mask <= 128) return expand(labels(address, 4), mask, 4, 'ip6.arpa.')
  return null
}

function labels(address: string, bits: 4 | 8): number[] {
  const bytes = ipaddr.parse(address).toByteArray()
  return bits === 8 ? bytes : bytes.flatMap(byte => [byte >> 4, byte & 15])
}

function expand(all: readonly number[], mask: number, bits: 4 | 8, suffix: string): string[] {
  const whole = Math.floor(mask / bits)
  const part = mask % bits
  const zone = (numbers: readonly number[]) =>
    [...numbers.map(number => number.toString(bits === 4 ? 16 : 10)).reverse(), suffix].join('.')
  if (part === 0) return [zone(all.slice(0, whole))]
  const size = 2 ** (bits - part)
  const first = Math.floor((all[whole] ?? 0) / size) * size
  return Array.from({ length: size }, (_, index) => zone([...all.slice(0, whole), first + index]))
}
