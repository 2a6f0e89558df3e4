import type { Argv } from 'yargs'
import { undoFlags } from '../flags.ts'
import type { UndoOptions } from '../options.ts'
import { usage } from '../usage.ts'
import { kubeOptions, last, withKubeFlags } from './kube.ts'

/** The flags of `undo`. */
export const withUndoFlags = (y: Argv) =>
  withKubeFlags(
    y.positional('ID', { type: 'string', describe: 'The run to take back; else the newest' }).options(undoFlags),
  )

type Parsed = Awaited<ReturnType<ReturnType<typeof withUndoFlags>['parse']>>

/** Throws an ExpectedError for flags that make no sense together. */
export function undoOptions(args: Parsed): UndoOptions {
  if (args.list && args.ID !== undefined) throw usage('--list shows every run and takes no ID.')
  if (args.list && args.force) throw usage('--list and --force cannot be used together.')
  return {
    kube: kubeOptions(args),
    output: last(args.output),
    id: args.ID,
    list: args.list,
    yes: args.yes,
    force: args.force,
    verbose: args.verbose,
  }
}
