import type { Chosen } from './choose.ts'
import { type Cluster, noUser, type User } from './kubeconfig.ts'

/** kubectl's flags that take the place of a setting in the kubeconfig. */
export type Overrides = {
  readonly server?: string | undefined
  readonly tlsServerName?: string | undefined
  readonly insecureSkipTlsVerify?: boolean | undefined
  readonly certificateAuthority?: string | undefined
  readonly token?: string | undefined
  readonly clientCertificate?: string | undefined
  readonly clientKey?: string | undefined
}

/** Puts the flags over what was chosen, as kubectl does (client-go, tools/clientcmd/client_config.go). */
export function override(chosen: Chosen, flags: Overrides): Chosen {
  return { ...chosen, cluster: clusterWith(chosen.cluster, flags), user: userWith(chosen.user, flags) }
}

function clusterWith(cluster: Cluster, flags: Overrides): Cluster {
  const { server, tlsServerName, insecureSkipTlsVerify, certificateAuthority } = flags
  const trusts = insecureSkipTlsVerify || certificateAuthority
  return {
    ...cluster,
    ...(server ? { server } : {}),
    // The name in the kubeconfig is that of the server there.
    ...(server || tlsServerName ? { tlsServerName: tlsServerName || undefined } : {}),
    ...(trusts
      ? { skipTlsVerify: insecureSkipTlsVerify ?? false, caFile: certificateAuthority, caData: undefined }
      : {}),
  }
}

/** A token takes the place of every other login; the client certificate is another matter, as with kubectl. */
function userWith(user: User | undefined, { token, clientCertificate, clientKey }: Overrides): User | undefined {
  if (!token && !clientCertificate && !clientKey) return user
  const { certFile, certData, keyFile, keyData, ...rest } = user ?? { ...noUser, name: 'of the command line' }
  const cert = clientCertificate ? { certFile: clientCertificate, certData: undefined } : { certFile, certData }
  const key = clientKey ? { keyFile: clientKey, keyData: undefined } : { keyFile, keyData }
  return { ...rest, ...cert, ...key, ...(token ? { ...onlyToken, token } : {}) }
}

const onlyToken = {
  tokenFile: undefined,
  username: undefined,
  password: undefined,
  plugin: undefined,
  authProvider: undefined,
}
