import type { Argv, InferredOptionTypes } from 'yargs'
import { kubeFlags, type probingKubeFlags } from '../flags.ts'
import type { ConfigOptions } from '../kube/config.ts'

/** Of a flag that was given several times the last one counts, as with kubectl; yargs makes an array of it. */
export const last = <T>(value: T): T => (Array.isArray(value) ? value.at(-1) : value)

/** Adds kubectl's own flags, by these descriptions. */
export const withKubeFlags = <T>(y: Argv<T>, flags: Described = kubeFlags) =>
  y
    .options(flags)
    .group(Object.keys(kubeFlags), 'Cluster:')
    .conflicts('insecure-skip-tls-verify', 'certificate-authority')

type Described = typeof kubeFlags | typeof probingKubeFlags

/** kubectl's own flags, as they were read. */
export function kubeOptions(args: InferredOptionTypes<typeof kubeFlags>): ConfigOptions {
  return {
    kubeconfig: last(args.kubeconfig),
    context: last(args.context),
    cluster: last(args.cluster),
    user: last(args.user),
    server: last(args.server),
    tlsServerName: last(args['tls-server-name']),
    certificateAuthority: last(args['certificate-authority']),
    insecureSkipTlsVerify: args['insecure-skip-tls-verify'],
    token: last(args.token),
    clientCertificate: last(args['client-certificate']),
    clientKey: last(args['client-key']),
    namespace: last(args.namespace),
    as: last(args.as),
    asGroup: args['as-group'],
    asUid: last(args['as-uid']),
    requestTimeout: last(args['request-timeout']),
  }
}
