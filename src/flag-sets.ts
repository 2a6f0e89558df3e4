import {
  type Command,
  checkFlags,
  fixFlags,
  kubeFlags,
  outputFlag,
  probingKubeFlags,
  undoFlags,
  verifyFlags,
  versionFlags,
} from './flags.ts'
import { rbacFlags } from './rbac/flags.ts'

/** What --help, completion and the man page know of a flag. */
export interface Flag {
  readonly alias?: string
  readonly type?: 'string' | 'boolean'
  readonly array?: boolean
  readonly choices?: readonly string[]
  readonly default?: string | boolean
  readonly defaultDescription?: string
  readonly describe: string
}

/** The flags that a command takes, by their names. */
export const flagSets: Readonly<Record<Command, Readonly<Record<string, Flag>>>> = {
  check: { ...checkFlags, ...kubeFlags },
  fix: { ...fixFlags, ...probingKubeFlags },
  verify: { ...verifyFlags, ...probingKubeFlags },
  undo: { ...undoFlags, ...kubeFlags },
  explain: outputFlag,
  rbac: rbacFlags,
  version: { ...versionFlags, ...kubeFlags },
  completion: {},
}

/** A flag that is on from the start is typed to turn it off: `--no-external`. */
export const isOnByDefault = (flag: Flag): boolean => flag.default === true

/** Every word that is a flag of a command, without the dashes. */
export const flagsOf = (command: Command): readonly string[] =>
  Object.entries(flagSets[command]).flatMap(([name, flag]) => (isOnByDefault(flag) ? [name, `no-${name}`] : [name]))
