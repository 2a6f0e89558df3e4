import { texts } from './cli/texts.ts'
import { ExpectedError } from './errors.ts'
import { flagsOf } from './flag-sets.ts'
import { commands } from './flags.ts'
import { nearest } from './kube/choose.ts'

/** Words without a flag have their names in capital letters. */
const shown = (name: string): string => (name === name.toUpperCase() ? name : `--${name}`)

const dashed = (flag = ''): string => (flag.length === 1 ? `-${flag}` : `--${flag}`)

/** yargs's sentences, made ours. The first group of a pattern is what the sentence is about. */
const sentences: readonly (readonly [pattern: RegExp, sentence: (...groups: string[]) => string])[] = [
  [/^Arguments (\S+) and (\S+) are mutually exclusive/, (a, b) => `--${a} and --${b} cannot be used together.`],
  [/^Not enough arguments following: (\S+)/, flag => `${dashed(flag)} needs a value.`],
  [
    /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/s,
    (name = '', given, choices) => `${shown(name)} cannot be ${given}; it is one of ${choices?.replaceAll('"', '')}.`,
  ],
]

const help = 'See: kubectl dnsfix --help'

/** The error for a command line that makes no sense. */
export const usage = (sentence: string): ExpectedError => new ExpectedError(sentence, { code: 'usage', hint: help })

/** Throws nothing: returns the error for what yargs could not make sense of. */
export function usageError(message: string, argv: readonly string[]): ExpectedError {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ')[0]
  if (unknown !== undefined) return unknownWord(unknown, argv)
  const command = commands.find(name => argv.includes(name))
  if (command && message.startsWith('Not enough non-option arguments'))
    return usage(`Something is missing: kubectl dnsfix ${texts[command].usage}.`)
  for (const [pattern, sentence] of sentences) {
    const match = pattern.exec(message)
    if (match) return usage(sentence(...match.slice(1)))
  }
  return usage(`${message}.`)
}

/** What was typed, and the nearest thing that exists. */
function unknownWord(unknown: string, argv: readonly string[]): ExpectedError {
  const typed = argv
    .map(word => word.replace(/=.*/, ''))
    .find(word => /^-/.test(word) && word.replace(/^-+(no-)?/, '') === unknown)
  const hint = typed ? hintForFlag(unknown, argv) : hintForCommand(unknown)
  return new ExpectedError(`There is no ${typed ? 'flag' : 'command'} ${typed ?? unknown}.`, { code: 'usage', hint })
}

function hintForCommand(unknown: string): string {
  const close = closest(unknown, commands)
  return close ? `Did you mean kubectl dnsfix ${close}?` : help
}

/** A flag of another command is no slip of the pen. */
function hintForFlag(unknown: string, argv: readonly string[]): string {
  const command = commands.find(name => argv.includes(name))
  const owners = commands.filter(name => flagsOf(name).includes(unknown))
  if (owners.length > 0) return `It is a flag of kubectl dnsfix ${enumerated(owners)}.`
  const known = command ? flagsOf(command) : commands.flatMap(name => flagsOf(name))
  const close = closest(unknown, [...known, 'help', 'version'])
  return close ? `Did you mean --${close}?` : help
}

/** `check`, `check and verify`, `check, fix and verify`. */
const enumerated = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ')

/** A single letter is near to everything. */
const closest = (unknown: string, names: readonly string[]): string | undefined =>
  unknown.length > 1 ? nearest(unknown, names) : undefined
