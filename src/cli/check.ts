import type { Argv } from 'yargs'
import { checkFlags, kubeFlags } from '../flags.ts'
import type { CheckOptions } from '../options.ts'
import { last } from './kube.ts'
import { lookOptions } from './look.ts'

const kube = Object.keys(kubeFlags)

/** The flags of `check`. */
export const withCheckFlags = (y: Argv) =>
  y
    .options(checkFlags)
    .options(kubeFlags)
    .group(kube, 'Cluster:')
    .conflicts('insecure-skip-tls-verify', 'certificate-authority')
    .conflicts('from', ['name', 'save', ...kube])

type Parsed = Awaited<ReturnType<ReturnType<typeof withCheckFlags>['parse']>>

/** Throws an ExpectedError for flags that make no sense together. */
export const checkOptions = (args: Parsed): CheckOptions => ({ ...lookOptions(args), output: last(args.output) })
