import { kubectl, list } from '../api.ts'
import { Missing, until } from '../exec.ts'
import { nodes } from '../layout.ts'
import { serviceLeadsTo } from './service.ts'

const inSystem = ['-n', 'kube-system'] as const

interface Pod {
  metadata: { name: string; deletionTimestamp?: string; labels: Record<string, string> }
  spec: { nodeName?: string }
  status: { podIP?: string; conditions?: { type: string; status: string }[] }
}

/** The addresses of the DNS Pods. */
export async function dnsPodAddresses(): Promise<string[]> {
  return (await dnsPods()).flatMap(pod => pod.status.podIP ?? [])
}

/** Returns when as many DNS Pods as wanted are Ready, and the DNS Service leads to them from every node. */
export async function dnsPodsServe(): Promise<void> {
  const pods = await until('the DNS Pods', 120, async () => {
    const [pods, wanted] = [await dnsPods(), await replicas()]
    const unready = pods.filter(pod => pod.metadata.deletionTimestamp || !isReady(pod))
    if (unready.length > 0) return new Missing(`${unready.map(pod => pod.metadata.name).join(' and ')} not Ready`)
    const own = pods.filter(pod => pod.metadata.labels['pod-template-hash'])
    return own.length === wanted ? pods : new Missing(`${own.length} of ${wanted} there`)
  })
  await serviceLeadsTo(pods.flatMap(pod => pod.status.podIP ?? []))
}

/** One DNS Pod on each of two nodes. Nothing of it has to be put back: only where Pods run is different. */
export async function spreadDnsPods(): Promise<void> {
  for (const { name } of nodes) await keepOn(name, 1)
}

/** All DNS Pods on one node. Nothing of it has to be put back either. */
export async function gatherDnsPods(node: string): Promise<void> {
  const others = nodes.flatMap(({ name }) => (name === node ? [] : [name]))
  await moveAway(others, pod => pod.spec.nodeName !== node)
}

/** Moves the DNS Pods of a node away, but for so many. */
async function keepOn(node: string, count: number): Promise<void> {
  const stay = (await dnsPods()).filter(pod => pod.spec.nodeName === node).slice(0, count)
  const names = stay.map(pod => pod.metadata.name)
  await moveAway([node], pod => pod.spec.nodeName === node && !names.includes(pod.metadata.name))
}

async function moveAway(from: readonly string[], isMeant: (pod: Pod) => boolean): Promise<void> {
  const leaving = (await dnsPods()).filter(isMeant).map(pod => pod.metadata.name)
  if (leaving.length === 0) return
  await kubectl(['cordon', ...from])
  try {
    await kubectl([...inSystem, 'delete', 'pods', ...leaving, '--grace-period=1'])
    await dnsPodsServe()
  } finally {
    await kubectl(['uncordon', ...from])
  }
}

function dnsPods(): Promise<Pod[]> {
  return list<Pod>([...inSystem, 'pods', '-l', 'k8s-app=kube-dns'])
}

async function replicas(): Promise<number> {
  const deployments = await list<{ spec: { replicas: number } }>([...inSystem, 'deployments', '-l', 'k8s-app=kube-dns'])
  return deployments.reduce((sum, { spec }) => sum + spec.replicas, 0)
}

function isReady({ status }: Pod): boolean {
  return (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}
