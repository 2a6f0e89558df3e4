import { ExpectedError } from '../errors.ts'
import { readCertificates, type TlsMaterial } from './certificates.ts'
import { type Choice, type Chosen, choose } from './choose.ts'
import { parseRequestTimeout } from './duration.ts'
import { findKubeconfig, hostSurroundings, type Surroundings } from './find.ts'
import type { Cluster, Impersonation, User } from './kubeconfig.ts'
import { type Overrides, override } from './overrides.ts'

/** kubectl's flags, by kubectl's names. */
export type ConfigOptions = Choice &
  Overrides & {
    readonly kubeconfig?: string | undefined
    readonly namespace?: string | undefined
    readonly as?: string | undefined
    readonly asGroup?: readonly string[] | undefined
    readonly asUid?: string | undefined
    readonly requestTimeout?: string | undefined
  }

/** One cluster, one user, one namespace: all that a client needs to connect. */
export type Config = {
  readonly context: string
  readonly namespace: string
  readonly server: URL
  readonly cluster: Cluster
  readonly user: User | undefined
  readonly tls: TlsMaterial
  readonly impersonate: Impersonation | undefined
  /** `--request-timeout`: undefined when not given, 0 for no limit */
  readonly requestTimeoutMs: number | undefined
  readonly env: Surroundings['env']
}

/**
 * Loads the configuration by kubectl's rules: `--kubeconfig`, the `KUBECONFIG` list, `~/.kube/config`, in-cluster.
 * Throws an ExpectedError for whatever the user has to put right; nothing is sent to the cluster.
 */
export function loadConfig(options: ConfigOptions, surroundings: Surroundings = hostSurroundings()): Config {
  const requestTimeoutMs = parseRequestTimeout(options.requestTimeout)
  const chosen = override(choose(findKubeconfig(options, surroundings), options), options)
  const { context, cluster, user } = chosen
  return {
    context: context?.name ?? '',
    namespace: options.namespace || context?.namespace || 'default',
    server: serverUrl(cluster),
    cluster,
    user,
    tls: readCertificates(cluster, user, surroundings.now()),
    impersonate: impersonation(options, chosen),
    requestTimeoutMs,
    env: surroundings.env,
  }
}

/** Without a scheme kubectl takes https when any TLS setting is there, else http. */
function serverUrl(cluster: Cluster): URL {
  const secure = cluster.caData || cluster.caFile || cluster.skipTlsVerify
  const text = /^[a-z]+:\/\//i.test(cluster.server)
    ? cluster.server
    : `${secure ? 'https' : 'http'}://${cluster.server}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol)) return url
  const withoutLogin = cluster.server.replace(/^([a-z]+:\/\/)?[^/]*@/i, '$1')
  throw new ExpectedError(
    `The server of cluster ${JSON.stringify(cluster.name)} is not an http or https URL: ${JSON.stringify(withoutLogin)}`,
    {
      code: 'server-invalid',
      hint: cluster.name
        ? `Set it: kubectl config set-cluster ${cluster.name} --server=https://HOST:6443`
        : 'Write it as --server=https://HOST:6443',
    },
  )
}

function impersonation(options: ConfigOptions, { user }: Chosen): Impersonation | undefined {
  const inFile = user?.impersonate
  const name = options.as || inFile?.user
  const groups = options.asGroup?.length ? options.asGroup : (inFile?.groups ?? [])
  const uid = options.asUid || inFile?.uid
  if (name) return { user: name, groups, uid, extra: inFile?.extra ?? {} }
  const flag = groups.length > 0 ? 'as-group' : options.asUid && 'as-uid'
  if (!flag) return undefined
  throw new ExpectedError(`--${flag} was given without --as`, {
    code: `${flag}-without-as`,
    hint: `Name the user too: --as USER --${flag} ${flag === 'as-uid' ? 'UID' : 'GROUP'}`,
  })
}
