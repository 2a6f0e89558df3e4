import type { Argv } from 'yargs'
import { versionFlags } from '../flags.ts'
import type { VersionOptions } from '../options.ts'
import { kubeOptions, last, withKubeFlags } from './kube.ts'

/** The flags of `version`. */
export const withVersionFlags = (y: Argv) => withKubeFlags(y.options(versionFlags))

type Parsed = Awaited<ReturnType<ReturnType<typeof withVersionFlags>['parse']>>

/** What `version` was asked for. */
export const versionOptions = (args: Parsed): VersionOptions => ({
  kube: kubeOptions(args),
  output: last(args.output),
  client: args.client,
  verbose: args.verbose,
})
