import { type Arguments, checkArguments, type Rule } from './arguments.ts'
import { rules } from './options.ts'
import { pluginStatus, plugins } from './plugins.ts'
import { isCovered, nameOf, type Problem, problem } from './problem.ts'
import { sameLine } from './stream.ts'
import type { Directive, ServerBlock, Token } from './types.ts'
import { isBefore } from './version.ts'

/** Names, arguments and options of the plugins in a server block. */
export function* checkPlugins(block: ServerBlock, version: string | undefined): Iterable<Problem> {
  const seen = new Set<string>()
  for (const directive of block.directives.filter(({ name }) => name.env.length === 0)) {
    const { text } = directive.name
    const named = [...checkName(directive.name, version)]
    yield* named
    const rule = Object.hasOwn(rules, text) ? rules[text] : undefined
    if (rule && named.length === 0) yield* checkRule(directive, rule, seen.has(text), version)
    seen.add(text)
  }
}

function* checkRule(directive: Directive, rule: Rule, again: boolean, version: string | undefined): Iterable<Problem> {
  const { name, args } = directive
  const once = onlyOnce(rule, version)
  if (again && rule.firstOnly) return
  if (again && once) yield problem(name, `${name.text} can stand only once in a server block${untilOf(rule)}`)
  yield* checkShape(directive, once, rule)
  yield* checkArguments(name, args, rule)
  yield* checkOptions(directive, rule, version)
}

function onlyOnce(rule: Rule, version: string | undefined): boolean {
  return rule.once === true || (rule.once !== undefined && isBefore(version, rule.once) === true)
}

function untilOf({ once }: Rule): string {
  return typeof once === 'string' ? ` before CoreDNS ${once}` : ''
}

function* checkName(name: Token, version: string | undefined): Iterable<Problem> {
  const status = pluginStatus(name.text, version)
  const { since, removed, instead } = (Object.hasOwn(plugins, name.text) && plugins[name.text]) || {}
  const hint = instead ? `; use ${instead}` : ''
  if (status === 'removed')
    yield problem(name, `plugin ${name.text} was removed in CoreDNS ${removed}${hint}`, version !== undefined)
  if (status === 'too-new')
    yield problem(name, `${nameOf(version)} has no plugin ${name.text}: it came with ${since}`, name.text !== 'dns64')
  if (status === 'external')
    yield problem(name, `plugin ${name.text} is not part of CoreDNS: the image must have been built with it`, false)
  if (status === 'unknown') {
    // No plugin has such a name: it is the next server block, taken in because a } is missing, or a stray word.
    const odd = /[^\w-]/.test(name.text) || name.text === ''
    yield problem(name, `${nameOf(version)} has no plugin ${name.raw}${odd ? '; is a } missing above?' : ''}`, odd)
  }
}

// CoreDNS takes what it cannot attach to a plugin for that plugin's name again, and goes on from there. These refuse what
// they then find; log and a few others do not mind.
const mindLeftovers = ['autopath', 'bind', 'forward', 'template']

function* checkShape(directive: Directive, once: boolean, rule: Rule): Iterable<Problem> {
  const { name, open, extra } = directive
  if (open && rule.max === 0 && opensInLine(directive)) yield problem(open, `${name.text} takes no braces`)
  if (!once && !mindLeftovers.includes(name.text)) return
  if (open && !opensInLine(directive))
    yield problem(open, `the { of ${name.text} must stand in the line of ${name.text}`)
  const after = extra[0]?.name
  if (after) yield problem(after, `${after.raw} must stand in a line of its own, not after ${name.text}`)
}

function* checkOptions(directive: Directive, rule: Rule, version: string | undefined): Iterable<Problem> {
  const { options } = rule
  if (!options || !opensInLine(directive)) return
  for (const option of directive.block ?? []) {
    const known = Object.hasOwn(options, option.name.text) ? options[option.name.text] : undefined
    const unknown = [...checkOption(directive.name, option.name, known, version)]
    if (!rule.strictSince || !isBefore(version, rule.strictSince)) yield* unknown
    if (known && unknown.length === 0) yield* checkOptionShape(directive, option, known, options)
  }
}

function opensInLine({ name, args, open }: Directive): boolean {
  return open !== null && sameLine(args.at(-1) ?? name, open)
}

function* checkOptionShape(
  directive: Directive,
  option: Directive,
  known: Arguments,
  names: object,
): Iterable<Problem> {
  const { name, args, open } = option
  const next = known.loose ? args[known.max ?? 0] : undefined
  if (open) yield problem(open, `option ${name.text} of ${directive.name.text} takes no braces`)
  else if (next && next.env.length === 0 && !Object.hasOwn(names, next.text))
    yield problem(next, `${next.raw} after ${name.text} is no option of ${directive.name.text}`)
  else yield* checkArguments(name, args, known, braceInLine(directive, option))
}

function braceInLine(directive: Directive, option: Directive): Token | null {
  const { close, block } = directive
  return close && block?.at(-1) === option && sameLine(option.args.at(-1) ?? option.name, close) ? close : null
}

function* checkOption(plugin: Token, name: Token, known: Arguments | undefined, version: string | undefined) {
  if (name.env.length > 0) return
  const what = `option ${name.raw} of ${plugin.text}`
  if (!known) yield problem(name, `${nameOf(version)} does not know ${what}`, isCovered(version))
  if (known?.removed && isBefore(version, known.removed) !== true)
    yield problem(name, `${what} was removed in CoreDNS ${known.removed}`, version !== undefined)
  if (known?.since && isBefore(version, known.since))
    yield problem(name, `${nameOf(version)} does not know ${what}: it came with ${known.since}`)
}
