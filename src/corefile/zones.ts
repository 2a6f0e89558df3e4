import { reverseZones } from './cidr.ts'
import { isDomainName, normalizeName } from './name.ts'
import type { Token, Zone } from './types.ts'

const defaultPorts: Readonly<Record<string, string>> = {
  tls: '853',
  quic: '853',
  grpc: '443',
  https: '443',
  https3: '443',
  unix: '',
}

/** Splits `tls://name` into transport and rest; `dns` when none is named (plugin/pkg/parse/transport.go). */
export function splitTransport(text: string): { transport: string; rest: string } {
  const [, transport, rest] = /^(dns|tls|quic|grpc|https3|https|unix):\/\/([\s\S]*)$/.exec(text) ?? []
  return transport === undefined ? { transport: 'dns', rest: text } : { transport, rest: rest ?? '' }
}

/** A key as CoreDNS keeps it: without the comma that ends it in a list. */
export function keyText(key: Token): string {
  return key.text.endsWith(',') ? key.text.slice(0, -1) : key.text
}

/**
 * The zones of one key of a server block, or why CoreDNS refuses it (core/dnsserver/register.go). A network such as
 * `10.0.0.0/9` stands for several reverse zones. Whatever holds an unknown environment variable gives no zone.
 */
export function zonesOfKey(key: Token, port = '53'): { zones: Zone[]; error: string | null } {
  if (key.env.length > 0) return { zones: [], error: null }
  const { transport, rest } = splitTransport(keyText(key))
  const split = splitZonePort(rest)
  if ('error' in split) return { zones: [], error: split.error }
  const usedPort = split.port || (defaultPorts[transport] ?? port)
  return { zones: split.zones.map(zone => ({ transport, zone, port: usedPort, key })), error: null }
}

/**
 * The zones that an argument of a plugin stands for, in lower case and with the trailing dot; none when it is not a
 * name (plugin/normalize.go, NormalizeExact).
 */
export function zonesOfArgument(text: string): string[] {
  const split = splitZonePort(splitTransport(text).rest)
  return 'error' in split ? [] : split.zones
}

// plugin/normalize.go, SplitHostPort. The port is whatever number follows the last colon; anything else is the name's.
function splitZonePort(text: string): { zones: string[]; port: string } | { error: string } {
  const colon = text.lastIndexOf(':')
  if (colon === text.length - 1) return { error: `a name is missing, or a port after the colon: "${text}"` }
  const digits = colon < 0 ? null : /^[+-]?\d{1,18}$/.exec(text.slice(colon + 1))
  const port = digits ? String(Number(digits[0])) : ''
  const name = digits ? text.slice(0, colon) : text
  if (Buffer.byteLength(name) > 255) return { error: `the zone is longer than 255 characters: ${name}` }
  if (!isDomainName(name)) return { error: `not a valid domain name: "${name}"` }
  const reverse = reverseZones(name)
  if (reverse && (name.startsWith(':') || (name.startsWith('0') && name.includes(':'))))
    return { error: `CoreDNS does not accept this network as a zone: ${name}` }
  const zones = (reverse ?? [name]).map(normalizeName)
  return zones.every(isDomainName) ? { zones, port } : { error: `not a valid domain name: "${name}"` }
}

/** Whether `name` is `zone` or below it; both as `normalizeName` gives them. */
export function inZone(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`)
}
