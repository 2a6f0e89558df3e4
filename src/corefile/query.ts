import type { Corefile, Directive, ServerBlock } from './types.ts'
import { zonesOfArgument } from './zones.ts'

/** The directives of this name in a server block, those from imports too. */
export function pluginsOf(block: ServerBlock, name: string): Directive[] {
  return block.directives.filter(directive => directive.name.text === name)
}

export function hasPlugin(block: ServerBlock, name: string): boolean {
  return block.directives.some(directive => directive.name.text === name)
}

export type ClusterZones = {
  readonly block: ServerBlock
  readonly directive: Directive
  readonly zones: readonly string[]
  /** The first one that is no reverse zone: the cluster domain; null when there is none. */
  readonly primary: string | null
}

/**
 * The zones of each `kubernetes` directive, in lower case and with the trailing dot: its arguments, or the server
 * block's zones when it has none (plugin/normalize.go, OriginsFromArgsOrServerBlock).
 */
export function clusterZones(corefile: Corefile): ClusterZones[] {
  return corefile.blocks.flatMap(block =>
    pluginsOf(block, 'kubernetes').map(directive => {
      const zones = originsOf(block, directive)
      return { block, directive, zones, primary: zones.find(zone => !isReverse(zone)) ?? null }
    }),
  )
}

export function originsOf(block: ServerBlock, directive: Directive): string[] {
  if (directive.args.length === 0) return block.zones.map(zone => zone.zone)
  return directive.args.flatMap(arg => (arg.env.length > 0 ? [] : zonesOfArgument(arg.text)))
}

// plugin/pkg/dnsutil/reverse.go: the apex itself does not count.
export function isReverse(zone: string): boolean {
  return zone.endsWith('.in-addr.arpa.') || zone.endsWith('.ip6.arpa.')
}
