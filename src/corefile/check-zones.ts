import { isIP } from 'node:net'
import { type Problem, problem } from './problem.ts'
import { hasPlugin, pluginsOf } from './query.ts'
import type { Corefile, ServerBlock, Token, Zone } from './types.ts'
import { zonesOfKey } from './zones.ts'

/** Keys that are no zone, and zones that are served twice (core/dnsserver/register.go, address.go). */
export function* checkZones(corefile: Corefile): Iterable<Problem> {
  for (const { keys, zones } of corefile.blocks) {
    for (const key of keys) {
      const { error } = zonesOfKey(key)
      const hint = key.raw.endsWith('{') ? '; a space is missing before the {' : ''
      if (error) yield problem(key, `${key.raw} cannot name a server: ${error}${hint}`)
    }
    const badPort = zones.find(({ port }) => Number(port) < 0 || Number(port) > 65535)
    if (badPort) yield problem(badPort.key, `${badPort.port} is not a port`)
  }
  yield* checkOverlap(corefile)
}

type Served = { readonly key: Token; readonly addresses: Set<string> }

function* checkOverlap(corefile: Corefile): Iterable<Problem> {
  const served = new Map<string, Served>()
  // A block with a view shares its zone with others.
  for (const block of corefile.blocks.filter(each => !hasPlugin(each, 'view'))) {
    const listen = listenAddresses(block)
    for (const zone of block.zones) {
      const name = `${zone.transport}://${zone.zone}:${zone.port}`
      const before = served.get(name) ?? { key: zone.key, addresses: new Set<string>() }
      served.set(name, before)
      for (const address of listen ?? []) {
        yield* checkAddress(name, zone, address, before)
        before.addresses.add(address)
      }
    }
  }
}

// An interface can have any address, so its name only clashes with itself and with a server that listens on all.
function* checkAddress(name: string, zone: Zone, address: string, { key, addresses }: Served): Iterable<Problem> {
  const on = address === '' ? '' : ` on ${address}`
  const where = `line ${key.line}${key.file === zone.key.file ? '' : ` of ${key.file}`}`
  const certain = address === '' || isIP(address) > 0
  if (addresses.has(address))
    yield problem(zone.key, `cannot serve ${name}${on}: it is already defined on ${where}`, certain)
  else if (addresses.size > 0 && (address === '' || addresses.has('')))
    yield problem(
      zone.key,
      `cannot serve ${name}${on}: ${where} serves it on ${address === '' ? 'one of these' : 'all'} addresses`,
    )
}

/** Where a block listens: '' for every address; null when that hangs on an environment variable. */
function listenAddresses(block: ServerBlock): string[] | null {
  const binds = pluginsOf(block, 'bind')
  if (binds.length === 0) return ['']
  const without = binds.flatMap(bind => (bind.block ?? []).flatMap(option => option.args))
  const words = binds.flatMap(bind => bind.args)
  if ([...words, ...without].some(token => token.env.length > 0)) return null
  return words.map(token => token.text).filter(text => !without.some(token => token.text === text))
}
