import type { Argv } from 'yargs'
import { kubeFlags, versionFlags } from '../flags.ts'
import type { VersionOptions } from '../options.ts'
import { kubeOptions, last } from './kube.ts'

/** The flags of `version`. */
export const withVersionFlags = (y: Argv) =>
  y
    .options(versionFlags)
    .options(kubeFlags)
    .group(Object.keys(kubeFlags), 'Cluster:')
    .conflicts('insecure-skip-tls-verify', 'certificate-authority')

type Parsed = Awaited<ReturnType<ReturnType<typeof withVersionFlags>['parse']>>

/** What `version` was asked for. */
export const versionOptions = (args: Parsed): VersionOptions => ({
  kube: kubeOptions(args),
  output: last(args.output),
  client: args.client,
  verbose: args.verbose,
})
