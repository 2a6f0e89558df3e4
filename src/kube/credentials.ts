import { readFileSync } from 'node:fs'
import { ExpectedError } from '../errors.ts'
import { reason } from './certificates.ts'
import type { Config } from './config.ts'
import type { Notify } from './exec.ts'
import type { Impersonation, User } from './kubeconfig.ts'
import { login } from './proxy.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>
export type Credentials = { readonly headers: Headers; readonly cert?: string; readonly key?: string }

/** Returns a function that gives the credentials for the next request; a plugin runs once for all who ask meanwhile. */
export function credentialsOf(config: Config, notify: Notify): () => Promise<Credentials> {
  const { user, impersonate } = config
  const acting = impersonate ? impersonationHeaders(impersonate) : {}
  const plugin = user?.plugin
  const inUrl = loginIn(config.server)
  if (inUrl) return async () => ({ headers: { ...inUrl, ...acting } })
  if (!user || !plugin) return async () => ({ headers: { ...(user ? ownHeaders(user) : {}), ...acting } })
  const load = import('./exec.ts').then(module => module.pluginCredentials(user, plugin, config.cluster, notify))
  const ask = async (): Promise<Credentials> => {
    const { headers, cert, key } = await (await load)()
    const named = { ...(headers as Headers), ...acting }
    return cert && key ? { headers: named, cert: String(cert), key: String(key) } : { headers: named }
  }
  let pending: Promise<Credentials> | undefined
  return () => {
    pending ??= ask().finally(() => {
      pending = undefined
    })
    return pending
  }
}

function ownHeaders(user: User): Headers {
  const token = tokenOf(user)
  if (token) return { authorization: `Bearer ${checked(token, user)}` }
  return user.username ? basic(user.username, user.password) : {}
}

const basic = (name: string, password = ''): Headers => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

/** Go's http.Client sends what the URL names, and client-go adds neither a token nor a plugin's to a request that has a login. */
function loginIn(server: URL): Headers | undefined {
  if (!server.username && !server.password) return undefined
  const { username, password } = login(server)
  return basic(username, password)
}

/** Node would refuse the header without saying which part of it is wrong. */
function checked(token: string, user: User): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new ExpectedError(`The token of user ${JSON.stringify(user.name)} has characters that no token has`, {
    code: 'token-invalid',
    hint: user.tokenFile ? `Look at ${user.tokenFile}: it must hold the token and nothing else` : 'Log in again',
  })
}

/** A readable tokenFile wins over the token, as in client-go: the file is renewed, the token is not. */
function tokenOf(user: User): string | undefined {
  if (user.authProvider) return providerToken(user, user.authProvider)
  if (!user.tokenFile) return user.token
  try {
    return readFileSync(user.tokenFile, 'utf8').trim()
  } catch (cause) {
    if (user.token) return user.token
    throw new ExpectedError(
      `Cannot read ${user.tokenFile}, the tokenFile of user ${JSON.stringify(user.name)}: ${reason(cause)}`,
      {
        code: 'token-unreadable',
        hint: 'Restore the file, or log in again',
        cause,
      },
    )
  }
}

/**
 * kubectl knows only `oidc` since 1.26. It renews the token and writes it back; we leave that to kubectl, because with rotating
 * refresh tokens a renewal that is not written back locks the user out.
 */
function providerToken(user: User, provider: NonNullable<User['authProvider']>): string {
  const token = provider.config['id-token']
  if (provider.name === 'oidc' && token && expiry(token) > Date.now()) return token
  const who = `user ${JSON.stringify(user.name)}`
  if (provider.name === 'oidc') {
    throw new ExpectedError(`The OIDC token of ${who} has expired`, {
      code: 'token-expired',
      hint: 'Run any kubectl command once (kubectl get namespaces): it renews the token and writes it to the kubeconfig',
    })
  }
  throw new ExpectedError(
    `The auth-provider ${JSON.stringify(provider.name)} of ${who} is no longer part of Kubernetes clients (1.26)`,
    {
      code: 'auth-provider-removed',
      hint: 'Use the exec plugin of your provider: gke-gcloud-auth-plugin for gcp, kubelogin for azure',
    },
  )
}

/** Milliseconds of a JSON web token's `exp`; 0 when it is none. */
function expiry(token: string): number {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: number }
    return (payload.exp ?? 0) * 1000
  } catch {
    return 0
  }
}

/** Source: "User impersonation" in the Kubernetes documentation. */
function impersonationHeaders({ user, groups, uid, extra }: Impersonation): Headers {
  const extras = Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values])
  return {
    ...(user ? { 'Impersonate-User': user } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...(uid ? { 'Impersonate-Uid': uid } : {}),
    ...Object.fromEntries(extras),
  }
}
