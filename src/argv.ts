import { dryRuns } from './options.ts'
import { usageError } from './usage.ts'

/** Writes a command line as yargs understands it where kubectl's own parser is of another mind. */
export function asYargs(argv: readonly string[]): readonly string[] {
  return withLevels(withDryRuns(withoutDashes(argv)).map(word => switched(attached(word))))
}

/** `-ojson`, `-nNAME`, `-sURL`: yargs would read them as many flags of one letter. */
const attached = (word: string): string => word.replace(/^-([ons])(?=[^=])/, '-$1=')

/** kubectl's `-v` takes a number, ours needs none: from 1 on it is verbose. */
function withLevels(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, i) => {
    const [, flag, level] = /^(-v|--v|--verbose)(?:=?(\d+))?$/.exec(word) ?? []
    const next = /^\d+$/.exec(argv[i + 1] ?? '')?.[0]
    if (flag) return [`${flag}=${Number(level ?? next ?? 1) > 0}`]
    const isLevel = /^\d+$/.test(word) && /^(-v|--v|--verbose)$/.test(argv[i - 1] ?? '')
    return isLevel ? [] : [word]
  })
}

/** `--dry-run` alone is `--dry-run=client`, as it was with kubectl; a code may follow it. */
const withDryRuns = (argv: readonly string[]): readonly string[] =>
  argv.map((word, i) => {
    const isAlone = word === '--dry-run' && !dryRuns.some(kind => kind === argv[i + 1])
    return isAlone ? '--dry-run=client' : word
  })

/** Before it knows the command yargs takes the word behind any flag for its value. */
const switched = (word: string): string => (switches.has(word) ? `${word}=true` : word)

const switches = new Set([
  '--redact',
  '--insecure-skip-tls-verify',
  '--host-network',
  '--keep',
  '--yes',
  '-y',
  '--verify',
  '--rollback',
  '--list',
  '--force',
  '--client',
])

/** What follows `--` are words and no flags; yargs would not look at them at all. */
function withoutDashes(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--')
  if (at < 0) return argv
  const words = argv.slice(at + 1)
  const flag = words.find(word => word.startsWith('-'))
  if (flag !== undefined) throw usageError(`Unknown command: ${flag}`, [])
  return [...argv.slice(0, at), ...words]
}
