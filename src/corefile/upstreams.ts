import { isIP } from 'node:net'
import { hostPort, isFileTarget, splitServerName } from './address.ts'
import { normalizeName } from './name.ts'
import { pluginsOf } from './query.ts'
import type { Corefile, Directive, ServerBlock, Token } from './types.ts'
import { inZone, splitTransport, zonesOfArgument } from './zones.ts'

/**
 * One target of `forward`. `file` is a resolv.conf whose nameservers are meant; `host` is a name that CoreDNS 1.14.4 and
 * later resolve when they start; `unknown` hangs on an environment variable or a placeholder.
 */
export type Target =
  | {
      readonly kind: 'address'
      readonly token: Token
      readonly transport: string
      readonly address: string
      readonly port: string
      /** The name after `%` in `tls://9.9.9.9%dns.quad9.net`. */
      readonly serverName: string | null
    }
  | { readonly kind: 'file'; readonly token: Token; readonly resolvConf: string }
  | {
      readonly kind: 'host'
      readonly token: Token
      readonly transport: string
      readonly host: string
      readonly port: string
    }
  | { readonly kind: 'unknown'; readonly token: Token }

/** One `forward` or, in CoreDNS before 1.5.0, `proxy`. */
export type Upstreams = {
  readonly plugin: 'forward' | 'proxy'
  readonly block: ServerBlock
  readonly directive: Directive
  /** The zone it takes, in lower case and with the trailing dot. */
  readonly from: string
  readonly targets: readonly Target[]
  /** `policy`, `max_concurrent`, `except` and the others as they stand, each with its words and their positions. */
  readonly options: readonly Directive[]
}

/**
 * The `forward` and `proxy` directives that a query for `zone` can reach, in the order CoreDNS tries them: in each port's
 * server block with the longest matching zone, those whose own zone holds the name. The first one answers.
 */
export function upstreamsOf(corefile: Corefile, zone = '.'): Upstreams[] {
  const name = normalizeName(zone)
  return answeringBlocks(corefile, name)
    .flatMap(block => ['forward', 'proxy'].flatMap(plugin => pluginsOf(block, plugin).map(d => upstreams(block, d))))
    .filter(found => inZone(name, found.from))
}

/**
 * The server blocks that answer queries for a name: for each transport and port those with the longest zone. There are
 * several when they `bind` to different addresses or have different views.
 */
export function answeringBlocks(corefile: Corefile, name: string): ServerBlock[] {
  const held = corefile.blocks.flatMap(block =>
    block.zones.filter(each => inZone(name, each.zone)).map(zone => ({ block, zone })),
  )
  const byListener = Map.groupBy(held, ({ zone }) => `${zone.transport}:${zone.port}`)
  const best = [...byListener.values()].flatMap(all => {
    const longest = Math.max(...all.map(({ zone }) => zone.zone.length))
    return all.filter(({ zone }) => zone.zone.length === longest)
  })
  return [...new Set(best.map(({ block }) => block))]
}

/** The last option of that name: where an option may stand once, CoreDNS lets the last one count. */
export function optionOf(upstreams: Upstreams, name: string): Directive | undefined {
  return upstreams.options.findLast(option => option.name.text === name)
}

function upstreams(block: ServerBlock, directive: Directive): Upstreams {
  const [from, ...to] = directive.args
  return {
    plugin: directive.name.text === 'proxy' ? 'proxy' : 'forward',
    block,
    directive,
    from: (from && zonesOfArgument(from.text)[0]) ?? '.',
    targets: to.map(targetOf),
    options: directive.block ?? [],
  }
}

// NodeLocal DNSCache puts the real values in when it starts (kubernetes/dns, cmd/node-cache).
const pillar = /__PILLAR__\w+__/

const ports: Readonly<Record<string, string>> = { tls: '853', https: '443' }

/** Reads a target as plugin/pkg/parse/host.go and plugin/forward/to.go do: an address, else a file, else a host name. */
export function targetOf(token: Token): Target {
  if (token.env.length > 0 || pillar.test(token.text)) return { kind: 'unknown', token }
  const { transport, rest } = splitTransport(token.text)
  const { bare, serverName } = splitServerName(rest)
  const { host, port } = hostPort(bare)
  const usedPort = port ?? ports[transport] ?? '53'
  if (isIP(host) > 0) return { kind: 'address', token, transport, address: host, port: usedPort, serverName }
  if (isFileTarget(rest)) return { kind: 'file', token, resolvConf: rest }
  return { kind: 'host', token, transport, host, port: usedPort }
}
