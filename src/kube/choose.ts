import { ExpectedError } from '../errors.ts'
import { type Cluster, type Context, type Kubeconfig, noCluster, type User } from './kubeconfig.ts'

export type Choice = {
  readonly context?: string | undefined
  readonly cluster?: string | undefined
  readonly user?: string | undefined
  /** `--server`: with it neither a context nor a cluster has to be there */
  readonly server?: string | undefined
}

export type Chosen = {
  readonly context: Context | undefined
  readonly cluster: Cluster
  readonly user: User | undefined
}

/** Picks context, cluster and user as kubectl does: `--cluster` and `--user` replace those of the context. */
export function choose(config: Kubeconfig, choice: Choice): Chosen {
  const context = chooseContext(config, choice)
  const of = context ? `context ${JSON.stringify(context.name)}` : 'the command line'
  const clusterName = choice.cluster || context?.cluster
  if (!clusterName && !choice.server) throw withoutCluster(of, config)
  const cluster = clusterName
    ? pick('cluster', config.clusters, clusterName, choice.cluster ? '--cluster' : of)
    : noCluster
  const userName = choice.user || context?.user
  const user = userName ? pick('user', config.users, userName, choice.user ? '--user' : of) : undefined
  return { context, cluster, user }
}

function chooseContext(config: Kubeconfig, choice: Choice): Context | undefined {
  const name = choice.context || config.currentContext
  if (name) return pick('context', config.contexts, name, choice.context ? '--context' : 'current-context')
  if (choice.cluster || choice.server) return undefined
  throw new ExpectedError('No context is chosen: the kubeconfig has no current-context', {
    code: 'context-missing',
    hint: `Choose one with --context or kubectl config use-context: ${names(config.contexts)}`,
  })
}

function pick<T extends { readonly name: string }>(what: string, list: readonly T[], name: string, askedBy: string): T {
  const found = list.find(each => each.name === name)
  if (found) return found
  const close = nearest(
    name,
    list.map(each => each.name),
  )
  const guess = close ? `Did you mean ${JSON.stringify(close)}? ` : ''
  throw new ExpectedError(`There is no ${what} ${JSON.stringify(name)} in the kubeconfig (asked for by ${askedBy})`, {
    code: `${what}-unknown`,
    hint: `${guess}Known: ${names(list)}`,
  })
}

function withoutCluster(of: string, config: Kubeconfig): ExpectedError {
  return new ExpectedError(`No cluster is named by ${of}`, {
    code: 'context-without-cluster',
    hint: `Choose one with --cluster: ${names(config.clusters)}`,
  })
}

function names(list: readonly { readonly name: string }[]): string {
  const shown = list.slice(0, 12).map(each => each.name)
  if (shown.length === 0) return 'none'
  return shown.join(', ') + (list.length > shown.length ? `, and ${list.length - shown.length} more` : '')
}

/**
 * The candidate with the fewest edits from the text, if it is close enough to be a slip of the pen.
 * Long names are also compared part by part: "kubernets" means "kubernetes-admin@kubernetes".
 */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(text.length / 3))
  const edits = (name: string) => distance(text.toLowerCase(), name.toLowerCase())
  const scored = candidates.map(name => ({ name, edits: Math.min(...[name, ...name.split(/[@/:]/)].map(edits)) }))
  return scored.filter(each => each.edits <= limit).sort((a, b) => a.edits - b.edits)[0]?.name
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, charA] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, charB] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (charA === charB ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
