import { kubeOptions } from '../cli/kube.ts'
import { kubeFlags } from '../flags.ts'
import type { Client } from '../kube/client.ts'
import type { ConfigOptions } from '../kube/config.ts'
import type { Candidate, NameKind, Names } from './candidates.ts'
import type { Typed } from './typed.ts'

/** Somebody waits at a prompt, with a Tab pressed. */
const patienceMs = 1500

/** At most so many are looked at: nobody reads more. */
const most = 500

/** Names go into the command line as they are: a shell would take these apart, or do what stands in them, as in `$(id)`. */
const acting = /[\s\p{C}"'`$\\;&|<>(){}[\]*?!#~^]/u

/**
 * The names in the kubeconfig and in the cluster that the flags before the cursor choose; none where they cannot be had, and none
 * that a shell would act upon.
 */
export const namesThere: Names = async (kind, typed) => {
  try {
    const options = optionsOf(typed)
    const isLocal = kind === 'context' || kind === 'cluster' || kind === 'user'
    const found = await (isLocal ? fromKubeconfig(kind, options) : fromCluster(kind, options))
    return found.filter(({ value }) => !acting.test(value))
  } catch {
    // A shell has nowhere to show why.
    return []
  }
}

function optionsOf({ given }: Typed): ConfigOptions {
  const flags = Object.entries(kubeFlags).map(([name, flag]) => {
    const values = given.get(name)
    if ('array' in flag) return [name, values]
    const value = values?.at(-1)
    return [name, flag.type === 'boolean' ? value && value !== 'false' : value]
  })
  return kubeOptions(Object.fromEntries(flags))
}

async function fromKubeconfig(kind: 'context' | 'cluster' | 'user', options: ConfigOptions) {
  const { findKubeconfig, hostSurroundings } = await import('../kube/find.ts')
  const { contexts, clusters, users } = findKubeconfig(options, hostSurroundings())
  return { context: contexts, cluster: clusters, user: users }[kind].map(({ name }) => ({ value: name }))
}

async function fromCluster(kind: Exclude<NameKind, 'context' | 'cluster' | 'user'>, options: ConfigOptions) {
  const [{ createClient }, { loadConfig }] = await Promise.all([
    import('../kube/client.ts'),
    import('../kube/config.ts'),
  ])
  const client = createClient(loadConfig(options))
  const ask = kind === 'undo' ? runs(client) : objects(client, kind === 'nodes' ? 'nodes' : 'namespaces')
  ask.catch(() => undefined)
  let limit: NodeJS.Timeout | undefined
  const nothing = new Promise<readonly Candidate[]>(resolve => {
    limit = setTimeout(() => resolve([]), patienceMs)
  })
  try {
    return await Promise.race([ask, nothing])
  } finally {
    clearTimeout(limit)
    client.close()
  }
}

interface NamedList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[]
}

async function objects(client: Client, resource: 'nodes' | 'namespaces'): Promise<readonly Candidate[]> {
  const { items } = await client.get<NamedList>(`/api/v1/${resource}?limit=${most}`)
  return items.map(({ metadata }) => ({ value: metadata.name }))
}

/** Where DNS usually runs; OpenShift has a namespace for it. */
const dnsNamespaces = ['kube-system', 'openshift-dns']

/** The runs of `fix` that can be taken back. */
async function runs(client: Client): Promise<readonly Candidate[]> {
  const { listJournals } = await import('../fix/journal.ts')
  const lists = await Promise.allSettled(dnsNamespaces.map(namespace => listJournals(client, namespace)))
  return lists
    .flatMap(list => (list.status === 'fulfilled' ? list.value.journals : []))
    .filter(({ state }) => state === 'running' || state === 'done')
    .map(({ id, startedAt, why }) => ({ value: id, what: `${startedAt} ${why}` }))
}
