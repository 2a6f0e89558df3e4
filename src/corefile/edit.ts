import { applied, type Refused, type Step, together } from './edit-change.ts'
import { pluginLine } from './edit-layout.ts'
import { forwardStep, lastingStep, rootBlocks } from './edit-root.ts'
import { stubDomainsStep } from './edit-stub-domains.ts'
import { unseenImports, whyNoTargets } from './edit-targets.ts'
import { CorefileError } from './error.ts'
import { lex } from './lex.ts'
import { parseCorefile } from './parse.ts'
import { pluginStatus } from './plugins.ts'
import { nameOf, type Problem } from './problem.ts'
import { hasPlugin } from './query.ts'
import type { Corefile, ParseOptions } from './types.ts'
import { validateCorefile } from './validate.ts'

/** The new text, the same when nothing had to be changed, and what has to be known about it; or why it is not changed. */
export type Edited = { readonly text: string; readonly notes: readonly string[] } | Refused

export type EditOptions = ParseOptions & {
  /** The version of CoreDNS that reads the result; an unknown one counts as the newest. */
  readonly version?: string | undefined
  /** The port that queries come in at: the DNS Service's target port. Default 53. */
  readonly listen?: string
}

/**
 * Makes these the upstreams of every name that no other zone holds: the targets of `forward`, or `proxy`, for `.`. Its
 * options and every other byte stay. A Corefile that `kubeadm upgrade` would then replace gets an option more.
 */
export function setForward(text: string, upstreams: readonly string[], options: EditOptions = {}): Edited {
  const why = whyNoTargets(upstreams, options.version)
  if (why !== null) return { refused: why }
  const step = (corefile: Corefile) => forwardStep(corefile, upstreams, portOf(options), options.version)
  return lasting(edited(text, options, step), options)
}

/**
 * Gives each domain upstreams of its own in a server block `domain:53` at the end of the file. Where there is one that only
 * forwards, its targets are replaced; any other server block for that very domain is a reason to refuse.
 */
export function setStubDomains(
  text: string,
  domains: Readonly<Record<string, readonly string[]>>,
  options: EditOptions = {},
): Edited {
  const { version } = options
  return edited(text, options, corefile =>
    stubDomainsStep(corefile, domains, { ...options, listen: portOf(options), version }),
  )
}

/** Before which plugins a new one stands, in the order of kubeadm's Corefile. */
const before = {
  ready: ['kubernetes', 'prometheus', 'forward', 'proxy', 'cache', 'loop', 'reload', 'loadbalance'],
  loop: ['reload', 'loadbalance'],
  reload: ['loadbalance'],
} as const

/**
 * Adds a plugin to the server block that answers `.`. `loop` looks at one server block; one `ready` or `reload` anywhere
 * does for the whole process, and then nothing is changed.
 */
export function addPlugin(text: string, plugin: 'loop' | 'reload' | 'ready', options: EditOptions = {}): Edited {
  if (pluginStatus(plugin, options.version) !== 'known')
    return { refused: `${nameOf(options.version)} has no plugin ${plugin}` }
  const made = edited(text, options, corefile => pluginStep(corefile, plugin, portOf(options)))
  return 'refused' in made || made.text === text ? made : lasting(made, options)
}

function pluginStep(corefile: Corefile, plugin: 'loop' | 'reload' | 'ready', port: string): Step {
  const blocks = rootBlocks(corefile, port)
  if (blocks.length === 0) return { refused: `no server block answers . on port ${port}` }
  const there = (plugin === 'loop' ? [] : corefile.blocks).some(block => hasPlugin(block, plugin))
  const lacking = there ? [] : blocks.filter(block => !hasPlugin(block, plugin))
  const wanted = plugin === 'loop' ? lacking : lacking.slice(0, 1)
  const [unseen] = wanted.flatMap(block => unseenImports(corefile, block))
  if (unseen) return { refused: `whether import ${unseen.target.raw} brings ${plugin} was not seen` }
  return together(wanted.map(block => pluginLine(corefile, block, plugin, before[plugin])))
}

const portOf = ({ listen, port }: EditOptions): string => listen ?? port ?? '53'

function lasting(made: Edited, options: EditOptions): Edited {
  if ('refused' in made) return made
  const after = edited(made.text, options, lastingStep)
  return 'refused' in after ? after : { text: after.text, notes: [...made.notes, ...after.notes] }
}

function edited(text: string, options: EditOptions, step: (corefile: Corefile) => Step): Edited {
  const corefile = readable(text, options)
  if ('refused' in corefile) return corefile
  const made = step(corefile)
  if ('refused' in made || made.changes.length === 0) return 'refused' in made ? made : { text, notes: made.notes }
  const result = atRest(applied(text, made.changes), options, step)
  const refused = notAccepted(corefile, result, options.version)
  return refused === null ? { text: result.text, notes: made.notes } : { refused }
}

/** The new text, read again: the same step must have nothing left to do there. Anything else is a bug. */
function atRest(text: string, options: EditOptions, step: (corefile: Corefile) => Step): Corefile {
  const result = readable(text, options)
  if ('refused' in result) throw new Error(`editing broke a Corefile: ${result.refused}\n${text}`)
  const again = step(result)
  if ('refused' in again || again.changes.length > 0)
    throw new Error(`a change to a Corefile did not come out as meant:\n${text}`)
  return result
}

function readable(text: string, options: EditOptions): Corefile | Refused {
  // CoreDNS takes it for closed at the end of the file; what is added there would fall into it.
  const isOpen = !lex(`${text}\n#`, '').after.endsWith('\n#')
  try {
    const corefile = parseCorefile(text, options)
    return isOpen ? { refused: 'the last quote in the Corefile is never closed' } : corefile
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error
    const reason = error.message.replace(/^.*?:\d+:\d+: /s, '')
    return { refused: `the Corefile does not parse: line ${error.line}: ${reason}` }
  }
}

/** Why CoreDNS would not start with the result, when it did not with the Corefile before either. */
function notAccepted(corefile: Corefile, result: Corefile, version: string | undefined): string | null {
  const certain = (each: Corefile): Problem | undefined => validateCorefile(each, version).find(p => p.certain)
  const problem = certain(result)
  if (!problem) return null
  const what = `line ${problem.line}: ${problem.message}`
  if (!certain(corefile)) throw new Error(`editing made a Corefile that CoreDNS refuses: ${what}\n${result.text}`)
  return `${nameOf(version)} would still refuse this Corefile: ${what}`
}
