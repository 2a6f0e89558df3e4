import { replacedUpstream } from '../criteria/stock-corefile.ts'
import { nothing, type Step, together } from './edit-change.ts'
import { optionLine, pluginLine } from './edit-layout.ts'
import { targetsStep, unseenImports } from './edit-targets.ts'
import { hasPlugin, pluginsOf } from './query.ts'
import type { Corefile, Directive, ServerBlock } from './types.ts'
import { type Upstreams, upstreamsOf } from './upstreams.ts'
import { isBefore } from './version.ts'

/** The server blocks that answer plain DNS queries for every name that no other zone holds. */
export function rootBlocks({ blocks }: Corefile, port: string): ServerBlock[] {
  return blocks.filter(({ zones }) =>
    zones.some(each => each.transport === 'dns' && each.zone === '.' && each.port === port),
  )
}

/** In every server block for `.` the forward that answers gets these targets; where no block has one, each gets one. */
export function forwardStep(
  corefile: Corefile,
  upstreams: readonly string[],
  port: string,
  version: string | undefined,
): Step {
  const blocks = rootBlocks(corefile, port)
  if (blocks.length === 0) return { refused: `no server block answers . on port ${port}` }
  const unclear = blocks.flatMap(block => block.directives).find(hangsOnEnv)
  if (unclear) return { refused: `the zone of ${unclear.name.text} on line ${unclear.name.line} is a variable` }
  const found = upstreamsOf(corefile, '.').filter(({ block }) => blocks.includes(block))
  const steps =
    found.length > 0
      ? [...Map.groupBy(found, ({ block }) => block).values()].map(all => changeFirst(corefile, all, upstreams))
      : blocks.map(block => addForward(corefile, block, upstreams, version))
  return together(steps)
}

/** Whether the zone it forwards is not known. */
function hangsOnEnv({ name, args }: Directive): boolean {
  return ['forward', 'proxy'].includes(name.text) && (args[0]?.env.length ?? 0) > 0
}

function changeFirst(corefile: Corefile, all: readonly Upstreams[], upstreams: readonly string[]): Step {
  const [first] = all
  if (!first) return nothing
  const notes = [...severalNote(all), ...sharedNote(first), ...unseenNote(corefile, first)]
  return together([targetsStep(corefile, first, upstreams), { changes: [], notes }])
}

function severalNote([first, ...more]: readonly Upstreams[]): string[] {
  if (!first || more.length === 0) return []
  const { plugin, directive } = first
  return [
    `the server block has ${more.length + 1} forwards for .; the one on line ${directive.name.line} answers, and only this ${plugin} is changed`,
  ]
}

function sharedNote({ block, plugin }: Upstreams): string[] {
  const others = block.zones.filter(({ zone }) => zone !== '.').map(({ zone }) => zone)
  return others.length > 0
    ? [`the same ${plugin} answers for ${[...new Set(others)].join(', ')}, which then go to the new upstreams too`]
    : []
}

function unseenNote(corefile: Corefile, { block, directive }: Upstreams): string[] {
  return unseenImports(corefile, block)
    .filter(({ keyword, from }) => from !== null || keyword.start < directive.name.start)
    .map(
      ({ target }) => `import ${target.raw} stands before forward: one in its files, which were not seen, would answer`,
    )
}

function addForward(
  corefile: Corefile,
  block: ServerBlock,
  upstreams: readonly string[],
  version: string | undefined,
): Step {
  const [unseen] = unseenImports(corefile, block)
  if (unseen) return { refused: `whether import ${unseen.target.raw} brings a forward was not seen` }
  if (hasPlugin(block, 'forward') && isBefore(version, '1.9.4'))
    return {
      refused: 'CoreDNS before 1.9.4 takes one forward in a server block, and this one has one for another zone',
    }
  return pluginLine(corefile, block, `forward . ${upstreams.join(' ')}`, ['cache', 'loop', 'reload', 'loadbalance'])
}

/** CoreDNS before 1.5.0 does not know `sequential` for `proxy`; `random` is what it does by itself (plugin/proxy/README.md). */
const harmless: Readonly<Record<string, string>> = { forward: 'policy sequential', proxy: 'policy random' }

/**
 * A Corefile that `kubeadm upgrade` would replace, and its upstream with it, gets an option that changes nothing for a lone
 * upstream, so that it is stock no more.
 */
export function lastingStep(corefile: Corefile): Step {
  const replaced = replacedUpstream(corefile)
  const block = corefile.blocks[0]
  if (replaced === null || replaced === '/etc/resolv.conf' || !block) return nothing
  const [directive] = ['forward', 'proxy'].flatMap(plugin => pluginsOf(block, plugin))
  const option = harmless[directive?.name.text ?? '']
  if (!directive || !option) return nothing
  const note = `${option} changes nothing for one upstream; it keeps kubeadm upgrade from putting its own Corefile, with /etc/resolv.conf, in the place of this one`
  return { changes: optionLine(corefile, directive, option), notes: [note] }
}
