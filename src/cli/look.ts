import type { InferredOptionTypes } from 'yargs'
import type { kubeFlags, lookFlags } from '../flags.ts'
import type { LookOptions } from '../options.ts'
import { usage } from '../usage.ts'
import { kubeOptions, last } from './kube.ts'

type Parsed = InferredOptionTypes<typeof lookFlags> & InferredOptionTypes<typeof kubeFlags>

/** What `check` and `verify` are both told. Throws an ExpectedError for flags that make no sense together. */
export function lookOptions(args: Parsed): LookOptions {
  if (args.redact && args.save === undefined) throw usage('--redact needs --save FILE.')
  if (args.from !== undefined && !args.external) throw usage('--from and --no-external cannot be used together.')
  return {
    kube: kubeOptions(args),
    failOn: last(args['fail-on']),
    names: args.name ?? [],
    external: args.external,
    save: last(args.save),
    redact: args.redact,
    from: last(args.from),
    verbose: args.verbose,
  }
}
