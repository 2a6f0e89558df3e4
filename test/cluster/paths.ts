import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This folder: recipes, Go modules, manifests. */
export const source = dirname(fileURLToPath(import.meta.url))

/** Where build results and node disks are kept: they outlive the checkout, and every clone finds them. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-dnsfix', 'cluster')

/** The disks of the running nodes. On the cache's file system, so that they can share files with the build results. */
export const disks = join(cache, 'nodes')

/** What runs now. The same for every user of the cache, because bridge and namespaces exist once per machine. */
export const state = '/run/kubectl-dnsfix'

/** Where the administrator's kubeconfig of the running cluster is. */
export function kubeconfigPath(): string {
  return join(state, 'kubeconfig')
}

/** Where the kubectl that was built with the cluster is. */
export function kubectlPath(): string {
  return join(cache, 'bin', 'kubectl')
}

/** A file in the state directory, which is made when it is missing. */
export function stateFile(name: string): string {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return join(state, name)
}
