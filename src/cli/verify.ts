import type { Argv } from 'yargs'
import { kubeFlags, probeFlags, probingKubeFlags, verifyFlags } from '../flags.ts'
import type { VerifyOptions } from '../options.ts'
import { imageFrom } from './image.ts'
import { last, withKubeFlags } from './kube.ts'
import { lookOptions } from './look.ts'
import { nodeChoiceFrom } from './node-choice.ts'
import { timeoutFrom, waitFrom } from './times.ts'

/** The flags of `verify`. */
export const withVerifyFlags = (y: Argv) =>
  withKubeFlags(y.options(verifyFlags).group(Object.keys(probeFlags), 'Probes:'), probingKubeFlags)
    .conflicts('keep', 'wait')
    .conflicts('from', ['name', 'save', ...Object.keys(probeFlags), ...Object.keys(kubeFlags)])

type Parsed = Awaited<ReturnType<ReturnType<typeof withVerifyFlags>['parse']>>

/** Throws an ExpectedError for a value that is none, and for flags that make no sense together. */
export const verifyOptions = (args: Parsed): VerifyOptions => ({
  ...lookOptions(args),
  output: last(args.output),
  nodes: nodeChoiceFrom(last(args.nodes)),
  hostNetwork: args['host-network'] === true,
  image: imageFrom(last(args.image)),
  waitMs: waitFrom(last(args.wait)),
  timeoutMs: timeoutFrom(last(args.timeout)),
  keep: args.keep === true,
})
