import { existsSync } from 'node:fs'
import { attempt, type Result, run } from './exec.ts'
import { kubeconfigPath, kubectlPath } from './paths.ts'

function command(argv: readonly string[]): string[] {
  return [kubectlPath(), `--kubeconfig=${kubeconfigPath()}`, '--request-timeout=20s', ...argv]
}

/** Runs kubectl on the cluster and returns what it printed. */
export function kubectl(argv: readonly string[], input?: string): Promise<string> {
  return run(command(argv), input === undefined ? {} : { input })
}

/** Runs kubectl on the cluster, whatever comes of it. */
export function tryKubectl(argv: readonly string[], input?: string): Promise<Result> {
  return attempt(command(argv), input === undefined ? {} : { input })
}

/** The objects that kubectl finds. */
export async function list<T>(argv: readonly string[]): Promise<T[]> {
  const { items } = JSON.parse(await kubectl(['get', ...argv, '-o', 'json'])) as { items: T[] }
  return items
}

/** Whether the API server says that it is ready. */
export async function isReady(): Promise<boolean> {
  if (!existsSync(kubeconfigPath()) || !existsSync(kubectlPath())) return false
  const { stdout } = await tryKubectl(['get', '--raw=/readyz', '--request-timeout=5s'])
  return stdout === 'ok'
}

interface NodeObject {
  metadata: { name: string }
  status: { conditions: { type: string; status: string }[] }
}

/** The nodes that are not Ready, by name. */
export async function unreadyNodes(expected: readonly string[]): Promise<string[]> {
  const { code, stdout } = await tryKubectl(['get', 'nodes', '-o', 'json'])
  const items = code === 0 ? (JSON.parse(stdout) as { items: NodeObject[] }).items : []
  const ready = items.filter(({ status }) => status.conditions.some(c => c.type === 'Ready' && c.status === 'True'))
  return expected.filter(name => !ready.some(node => node.metadata.name === name))
}

interface RunningPod {
  metadata: { name: string }
  spec: { hostNetwork?: boolean }
  status: { containerStatuses?: { ready: boolean; state: { running?: { startedAt: string } } }[] }
}

/** The Pods that a node needs to be one (they use its own network) and that are not Ready, or not again since then. */
export async function unreadySystemPods(node: string, since: Date): Promise<string[]> {
  const selector = ['-n', 'kube-system', `--field-selector=spec.nodeName=${node}`]
  const { code, stdout } = await tryKubectl(['get', 'pods', ...selector, '-o', 'json'])
  if (code !== 0) return ['the API server']
  const { items } = JSON.parse(stdout) as { items: RunningPod[] }
  const fresh = ({ status }: RunningPod) => {
    const containers = status.containerStatuses ?? []
    return containers.every(({ ready, state }) => ready && new Date(state.running?.startedAt ?? 0) >= since)
  }
  return items.filter(pod => pod.spec.hostNetwork && !fresh(pod)).map(pod => pod.metadata.name)
}
