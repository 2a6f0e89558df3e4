import type { Argv } from 'yargs'
import { checkFlags, kubeFlags } from '../flags.ts'
import type { CheckOptions } from '../options.ts'
import { last, withKubeFlags } from './kube.ts'
import { lookOptions } from './look.ts'

/** The flags of `check`. */
export const withCheckFlags = (y: Argv) =>
  withKubeFlags(y.options(checkFlags)).conflicts('from', ['name', 'save', ...Object.keys(kubeFlags)])

type Parsed = Awaited<ReturnType<ReturnType<typeof withCheckFlags>['parse']>>

/** Throws an ExpectedError for flags that make no sense together. */
export const checkOptions = (args: Parsed): CheckOptions => ({ ...lookOptions(args), output: last(args.output) })
