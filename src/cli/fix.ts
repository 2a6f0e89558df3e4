import type { Argv } from 'yargs'
import { fixFlags, probingKubeFlags, repairFlags } from '../flags.ts'
import type { FixOptions } from '../options.ts'
import { codeFrom } from './code.ts'
import { kubeOptions, last, withKubeFlags } from './kube.ts'
import { stubDomainsFrom, upstreamsFrom } from './servers.ts'
import { timeoutFrom } from './times.ts'

/** The flags of `fix`. */
export const withFixFlags = (y: Argv) =>
  withKubeFlags(
    y
      .positional('CODE', { type: 'string', describe: 'Repair only this, as DNS301 or UpstreamLoopback' })
      .options(fixFlags)
      .group(Object.keys(repairFlags), 'Repair:'),
    probingKubeFlags,
  )

type Parsed = Awaited<ReturnType<ReturnType<typeof withFixFlags>['parse']>>

/** Throws an ExpectedError for a code that there is not and for a value that is none. */
export const fixOptions = (args: Parsed): FixOptions => ({
  kube: kubeOptions(args),
  output: last(args.output),
  code: args.CODE === undefined ? undefined : codeFrom(args.CODE),
  method: last(args.method),
  upstreams: upstreamsFrom(args.upstream),
  stubDomains: stubDomainsFrom(args['stub-domain']),
  dryRun: last(args['dry-run']),
  yes: args.yes,
  verify: args.verify,
  rollback: args.rollback,
  names: args.name ?? [],
  external: args.external,
  verbose: args.verbose,
  // kube-dns reads its ConfigMap anew only when the kubelet has brought it, which alone takes up to two minutes.
  timeoutMs: timeoutFrom(last(args.timeout) ?? '5m'),
})
