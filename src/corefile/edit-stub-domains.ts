import { insertion, nothing, type Step, together } from './edit-change.ts'
import { indentOfPlugins, lineEndOf } from './edit-layout.ts'
import { targetsStep, unseenBlocks, whyNoTargets } from './edit-targets.ts'
import { CorefileError } from './error.ts'
import { normalizeName } from './name.ts'
import { parseCorefile } from './parse.ts'
import { clusterZones } from './query.ts'
import type { Corefile, ParseOptions, ServerBlock } from './types.ts'
import { upstreamsOf } from './upstreams.ts'
import { inZone } from './zones.ts'

type StubDomain = { readonly domain: string; readonly zone: string; readonly upstreams: readonly string[] }

/** Each domain gets a server block of its own at the end, or its present one other targets. */
export function stubDomainsStep(
  corefile: Corefile,
  domains: Readonly<Record<string, readonly string[]>>,
  options: ParseOptions & { readonly listen: string; readonly version: string | undefined },
): Step {
  const stubs = Object.entries(domains).map(([domain, upstreams]) => ({
    domain: domain.toLowerCase().replace(/\.$/, ''),
    zone: normalizeName(domain),
    upstreams,
  }))
  const twice = stubs.find(({ zone }, at) => stubs.findIndex(each => each.zone === zone) < at)
  if (twice) return { refused: `${twice.domain} is given twice` }
  const why = stubs.map(stub => whyNoStub(corefile, stub, options.version)).find(reason => reason !== null)
  if (why) return { refused: why }
  const [fresh, present] = split(stubs, stub => blocksOf(corefile, stub, options.listen).length === 0)
  const changed = present.map(stub => changeStub(corefile, blocksOf(corefile, stub, options.listen), stub))
  return together([...changed, fresh.length > 0 ? addStubs(corefile, fresh, options) : nothing])
}

function split<T>(all: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter(each => !belongs(each))]
}

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

function whyNoStub(corefile: Corefile, stub: StubDomain, version: string | undefined): string | null {
  const { domain, zone, upstreams } = stub
  if (domain.length > 253 || !domain.split('.').every(each => label.test(each)))
    return `${domain === '' ? 'the empty name' : domain} is no domain that can have upstreams of its own`
  const own = clusterZones(corefile).find(({ block, zones }) =>
    zones.some(each => each !== '.' && takesFrom(zone, block, each)),
  )
  if (own) return `${domain} holds names of the cluster, which kubernetes on line ${own.directive.name.line} answers`
  const why = whyNoTargets(upstreams, version)
  return why === null ? null : `${domain}: ${why}`
}

// The longest zone answers. The root of the reverse zones holds names of others too.
function takesFrom(zone: string, block: ServerBlock, cluster: string): boolean {
  const isReverse = /^(?:in-addr|ip6)\.arpa\.$/.test(cluster)
  if (inZone(zone, cluster)) return !isReverse || zone === cluster
  return inZone(cluster, zone) && !block.zones.some(each => inZone(cluster, each.zone) && inZone(each.zone, zone))
}

function blocksOf({ blocks }: Corefile, { zone }: StubDomain, port: string): ServerBlock[] {
  return blocks.filter(({ zones }) =>
    zones.some(each => each.transport === 'dns' && each.zone === zone && each.port === port),
  )
}

/** Plugins that answer no query by themselves, so that a server block with them and forward only forwards. */
const silent: ReadonlySet<string> = new Set(
  'bind bufsize cache debug errors forward health loadbalance log loop prometheus proxy ready reload'.split(' '),
)

function changeStub(corefile: Corefile, blocks: readonly ServerBlock[], { domain, zone, upstreams }: StubDomain): Step {
  const [block, ...more] = blocks
  const found = upstreamsOf(corefile, zone).filter(each => each.block === block)
  const [forward] = found
  const others = block?.zones.some(each => each.zone !== zone) ?? false
  const plugin = block?.directives.find(({ name }) => !silent.has(name.text))
  const reasons = [
    ...(more.length > 0 ? ['there are several of it'] : []),
    ...(others ? ['it answers for other zones too'] : []),
    ...(plugin ? [`it does more than forward: ${plugin.name.text} on line ${plugin.name.line}`] : []),
    ...(found.length === 1 ? [] : [`it has ${found.length === 0 ? 'no forward' : 'more than one forward'}`]),
  ]
  if (forward && reasons.length === 0) return targetsStep(corefile, forward, upstreams)
  return {
    refused: `the server block of ${domain} on line ${block?.keys[0]?.line} is left alone: ${reasons.join(', ')}`,
  }
}

function addStubs(
  corefile: Corefile,
  stubs: readonly StubDomain[],
  options: ParseOptions & { readonly listen: string },
): Step {
  const { text } = corefile
  const lineEnd = lineEndOf(text)
  const start = text === '' || text.endsWith('\n') ? '' : lineEnd
  if (!canGrow(corefile, options)) return { refused: 'the last server block is not closed by a } of its own' }
  const blocks = stubs.map(stub => stubBlock(stub, options.listen, indentOfPlugins(corefile)).join(lineEnd) + lineEnd)
  const notes = unseenBlocks(corefile).map(
    ({ target }) =>
      `what import ${target.raw} brings was not seen: a server block for the same domain there would clash`,
  )
  return { changes: [insertion(text.length, start + blocks.join(''))], notes }
}

function stubBlock({ domain, upstreams }: StubDomain, port: string, indent: string): string[] {
  const lines = ['errors', 'cache 30', `forward . ${upstreams.join(' ')}`]
  return [`${domain}:${port} {`, ...lines.map(line => indent + line), '}']
}

/** Whether a server block at the end is read as one: one without braces, for example, would take it for its own. */
function canGrow({ text, blocks }: Corefile, options: ParseOptions): boolean {
  try {
    const more = parseCorefile(`${text}\nexample.org {\n}\n`, options).blocks
    return more.length === blocks.length + 1 && more.at(-1)?.directives.length === 0
  } catch (error) {
    if (error instanceof CorefileError) return false
    throw error
  }
}
