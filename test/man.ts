import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { about, texts } from '../src/cli/texts.ts'
import { type Flag, flagSets, isOnByDefault } from '../src/flag-sets.ts'
import { type Command, commands, kubeFlags } from '../src/flags.ts'
import { root } from './runner.ts'

/** The manual page in the macros of man(7), from what --help is made of. */
export function manualPage(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const lines = [
    `.TH KUBECTL\\-DNSFIX 1 "" "kubectl dnsfix ${version}" "User Commands"`,
    ...section('NAME', ['kubectl\\-dnsfix \\- diagnose, repair and prove cluster DNS']),
    ...section('SYNOPSIS', commands.flatMap(synopsis)),
    ...section('DESCRIPTION', [escaped(about), description]),
    ...section('COMMANDS', commands.flatMap(commandPart)),
    ...section('FLAGS OF KUBECTL', [ofKubectl, ...Object.entries(kubeFlags).flatMap(flagPart)]),
    ...section('ENVIRONMENT', variables.flatMap(variablePart)),
    ...section('SEE ALSO', ['.BR kubectl (1)']),
  ]
  return `${lines.map(wrapped).join('\n')}\n`
}

const section = (title: string, lines: readonly string[]): readonly string[] => [`.SH ${title}`, ...lines]

/** A line for each command; `.br` is a line break. */
const synopsis = (command: Command, index: number): readonly string[] => [
  ...(index > 0 ? ['.br'] : []),
  `.B kubectl dnsfix ${escaped(texts[command].usage)}`,
]

const description = 'Nothing but a kubeconfig is needed. Where a command is interrupted, its exit code is 130.'
const ofKubectl = "Commands that talk to a cluster take kubectl's own flags, by kubectl's names."

/** Lines of text of 80 bytes at most; the formatter fills them anew. */
const wrapped = (line: string): string =>
  line.startsWith('.') ? line : line.replace(/(.{1,80})(?: (?!['.])|$)/g, '$1\n').trimEnd()

const variables = [
  [
    'KUBECONFIG',
    'The kubeconfig files, as kubectl reads them; else ~/.kube/config; else the service account of the Pod',
  ],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'The way to the API server'],
  ['NO_COLOR', 'No colour, whatever its value'],
] as const

const variablePart = ([name, what]: (typeof variables)[number]): readonly string[] => [
  '.TP',
  `.B ${name}`,
  escaped(what),
]

function commandPart(command: Command): readonly string[] {
  const { usage, summary, examples, exitCodes } = texts[command]
  const own = Object.entries(flagSets[command]).filter(([name, flag]) => kubeFlagsHave(name, flag) === false)
  return [
    `.SS ${escaped(usage)}`,
    `${escaped(summary)}.`,
    ...own.flatMap(flagPart),
    '.PP',
    'Examples:',
    ...examples.flatMap(([line, what]) => ['.TP', `.B kubectl dnsfix ${escaped(line)}`, `${escaped(what)}`]),
    '.PP',
    `Exit codes: ${escaped(exitCodes)}.`,
  ]
}

const kubeFlagsHave = (name: string, flag: Flag): boolean =>
  Object.entries(kubeFlags).some(([n, f]) => n === name && f === flag)

function flagPart([name, flag]: readonly [string, Flag]): readonly string[] {
  const long = isOnByDefault(flag) ? `--no-${name}` : `--${name}`
  const names = [...(flag.alias ? [`-${flag.alias}`] : []), long].map(escaped).join(', ')
  const normal = flag.defaultDescription ?? (typeof flag.default === 'string' ? flag.default : undefined)
  const more = [
    ...(flag.choices ? [`One of ${flag.choices.join(', ')}.`] : []),
    ...(normal === undefined ? [] : [`Default: ${normal}.`]),
  ]
  return ['.TP', `.B ${names}`, [`${flag.describe}.`, ...more].map(escaped).join(' ')]
}

/** groff reads `\` as its own sign, and `-` as a hyphen; a line of text must not begin with `.` or `'`. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replace(/^(['.])/, '\\&$1')
