export type Cluster = {
  readonly name: string
  readonly server: string
  readonly caFile: string | undefined
  readonly caData: string | undefined
  readonly skipTlsVerify: boolean
  readonly tlsServerName: string | undefined
  readonly proxyUrl: string | undefined
}

/** An exec credential plugin, as `users[].user.exec` describes it. */
export type Plugin = {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly installHint: string | undefined
  readonly provideClusterInfo: boolean
  readonly interactiveMode: string | undefined
}

export type Impersonation = {
  readonly user: string | undefined
  readonly groups: readonly string[]
  readonly uid: string | undefined
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export type User = {
  readonly name: string
  readonly certFile: string | undefined
  readonly certData: string | undefined
  readonly keyFile: string | undefined
  readonly keyData: string | undefined
  readonly token: string | undefined
  readonly tokenFile: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly plugin: Plugin | undefined
  readonly authProvider: { readonly name: string; readonly config: Readonly<Record<string, string>> } | undefined
  readonly impersonate: Impersonation
}

export type Context = {
  readonly name: string
  readonly cluster: string | undefined
  readonly user: string | undefined
  readonly namespace: string | undefined
}

export type Kubeconfig = {
  readonly currentContext: string | undefined
  readonly clusters: readonly Cluster[]
  readonly users: readonly User[]
  readonly contexts: readonly Context[]
}

/** A cluster and a user of which nothing is known. */
export const noCluster: Cluster = {
  name: '',
  server: '',
  caFile: undefined,
  caData: undefined,
  skipTlsVerify: false,
  tlsServerName: undefined,
  proxyUrl: undefined,
}

export const noUser: User = {
  name: '',
  certFile: undefined,
  certData: undefined,
  keyFile: undefined,
  keyData: undefined,
  token: undefined,
  tokenFile: undefined,
  username: undefined,
  password: undefined,
  plugin: undefined,
  authProvider: undefined,
  impersonate: { user: undefined, groups: [], uid: undefined, extra: {} },
}

/**
 * Joins the files of a KUBECONFIG list: for every name, and for the current context, the first file that has it wins.
 * Source: "Organizing Cluster Access Using kubeconfig Files" in the Kubernetes documentation.
 */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  return {
    currentContext: files.find(file => file.currentContext)?.currentContext,
    clusters: firstOfName(files.flatMap(file => file.clusters)),
    users: firstOfName(files.flatMap(file => file.users)),
    contexts: firstOfName(files.flatMap(file => file.contexts)),
  }
}

function firstOfName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const names = new Map<string, T>()
  for (const entry of entries) if (!names.has(entry.name)) names.set(entry.name, entry)
  return [...names.values()]
}

/** True for what kubectl would answer with localhost:8080. */
export function isEmpty(config: Kubeconfig): boolean {
  return config.clusters.length + config.users.length + config.contexts.length === 0
}
