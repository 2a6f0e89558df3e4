import { fixable } from '../catalog/fixable.ts'
import { catalog, codes } from '../catalog.ts'
import { texts } from '../cli/texts.ts'
import { type Flag, flagSets, isOnByDefault } from '../flag-sets.ts'
import { type Command, commands, kubeFlags } from '../flags.ts'
import { guarded, shells } from '../options.ts'
import type { Asked, Typed } from './typed.ts'

/** What may stand at the cursor. */
export interface Candidate {
  readonly value: string
  readonly what?: string
}

/** Names that the kubeconfig or the cluster has; none where they cannot be had. */
export type Names = (kind: NameKind, typed: Typed) => Promise<readonly Candidate[]>
export type NameKind = 'context' | 'cluster' | 'user' | 'namespace' | 'nodes' | 'undo'

/** `files`: the shell offers the names of files, where there are no candidates. */
export interface Offer {
  readonly candidates: readonly Candidate[]
  readonly files: boolean
}

/** All that fits what was typed. Rejects where `names` does. */
export async function offer(typed: Typed, names: Names): Promise<Offer> {
  const { asked } = typed
  const files = asked.kind === 'value' && fileFlags.includes(asked.flag)
  const all = files ? [] : await candidatesFor(typed, asked, names)
  return { candidates: all.filter(({ value }) => value.startsWith(asked.text)), files }
}

const fileFlags: readonly string[] = [
  'kubeconfig',
  'certificate-authority',
  'client-certificate',
  'client-key',
  'save',
  'from',
]

async function candidatesFor(typed: Typed, asked: Asked, names: Names): Promise<readonly Candidate[]> {
  if (asked.kind === 'value') return valuesOf(typed, asked, names)
  if (asked.kind === 'flag') return flags(typed, asked.text === '-')
  const { command, words } = typed
  if (command === undefined)
    return words.length > 0 ? [] : commands.map(name => ({ value: name, what: texts[name].summary }))
  return words.length > 0 ? [] : wordsOf(command, typed, names)
}

/** The flags of the command that are not there yet; those of one letter only for who begins with one dash. */
function flags({ command, given }: Typed, isShort: boolean): readonly Candidate[] {
  const always = [{ value: '--help', what: 'Show help' }]
  if (command === undefined) return [...always, { value: '--version', what: 'Show version number' }]
  const open = Object.entries(flagSets[command]).filter(([name, flag]) => flag.array || !given.has(name))
  const found = open.flatMap(([name, flag]) => [
    { value: isOnByDefault(flag) ? `--no-${name}` : `--${name}`, what: flag.describe },
    ...(isShort && flag.alias ? [{ value: `-${flag.alias}`, what: flag.describe }] : []),
  ])
  return [...found, ...always]
}

async function valuesOf(typed: Typed, { flag, text }: { flag: string; text: string }, names: Names) {
  const set: Readonly<Record<string, Flag>> = typed.command ? flagSets[typed.command] : kubeFlags
  const { choices } = set[flag] ?? {}
  if (choices) return choices.map(value => ({ value }))
  // The flags of rbac say who gets the rights.
  if (!Object.hasOwn(set, flag) || typed.command === 'rbac') return []
  if (flag === 'nodes') return listed(text, [{ value: 'all' }, ...(await names('nodes', typed))])
  const kind = (['context', 'cluster', 'user', 'namespace'] as const).find(each => each === flag)
  return kind ? names(kind, typed) : []
}

/** Of `w1,w` the last word is what is completed. What is in the list is not offered again. */
function listed(text: string, all: readonly Candidate[]): readonly Candidate[] {
  const begun = text.slice(0, text.lastIndexOf(',') + 1)
  const taken = begun.split(',')
  const open = begun === '' ? all : all.filter(({ value }) => value !== 'all' && !taken.includes(value))
  return open.map(candidate => ({ ...candidate, value: begun + candidate.value }))
}

async function wordsOf(command: Command, typed: Typed, names: Names): Promise<readonly Candidate[]> {
  if (command === 'explain') return codeCandidates(typed.asked.text, () => true)
  if (command === 'fix') return codeCandidates(typed.asked.text, code => fixable.has(code))
  if (command === 'rbac') return guarded.map(value => ({ value }))
  if (command === 'completion') return shells.map(value => ({ value }))
  return command === 'undo' ? names('undo', typed) : []
}

/** By number, and by name for who has begun to type one. */
function codeCandidates(text: string, isMeant: (code: (typeof codes)[number]) => boolean): readonly Candidate[] {
  const meant = codes.filter(isMeant)
  const byName = meant.map(code => ({ value: catalog[code].name, what: catalog[code].summary }))
  const byNumber = meant.map(code => ({ value: code, what: `${catalog[code].name}: ${catalog[code].summary}` }))
  return text === '' || 'DNS'.startsWith(text) ? byNumber : [...byNumber, ...byName]
}
