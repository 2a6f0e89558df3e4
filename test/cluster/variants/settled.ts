import { list, tryKubectl } from '../api.ts'
import { Missing, until } from '../exec.ts'
import { dns, nodes, world } from '../layout.ts'
import { shell } from '../machine.ts'
import type { Variant } from './names.ts'

interface Pod {
  metadata: { name: string; deletionTimestamp?: string; ownerReferences?: { name: string }[] }
  spec: { containers: unknown[] }
  status: { containerStatuses?: { ready: boolean; restartCount: number }[] }
}

interface Deployment {
  spec: { replicas: number }
}

/** Returns when the cluster shows what the variant stands for. */
export async function settled(name: string, variant: Variant): Promise<void> {
  const pods = await until(`${name}: the DNS Pods`, 180, () => newPods(variant))
  if (name === 'coredns-loop') {
    await until(`${name}: CoreDNS to crash`, 120, () => allCrashed(pods))
    return
  }
  await until(`${name}: the DNS Pods to be Ready`, 180, () => allReady(variant))
  await until(`${name}: cluster names to resolve`, 60, () => answers(`kubernetes.default.svc.${dns.domain}`, true))
  await until(`${name}: names of the world`, 60, () => answers('icttoracon.net', variant.healthy))
}

/** The DNS Pods, once those of the variant's Deployment are the only ones. */
async function newPods({ engine }: Variant): Promise<string[] | Missing> {
  const pods = await list<Pod>(['-n', 'kube-system', 'pods', '-l', 'k8s-app=kube-dns'])
  const strangers = pods.filter(({ metadata }) => metadata.deletionTimestamp || !metadata.name.startsWith(`${engine}-`))
  if (strangers.length > 0) return new Missing(`${namesOf(strangers)} still there`)
  const [deployment] = await list<Deployment>(['-n', 'kube-system', 'deployments', '-l', 'k8s-app=kube-dns'])
  const wanted = deployment?.spec.replicas ?? 1
  return pods.length === wanted ? pods.map(pod => pod.metadata.name) : new Missing(`${pods.length} of ${wanted} there`)
}

async function allReady(variant: Variant): Promise<true | Missing> {
  const names = await newPods(variant)
  if (names instanceof Missing) return names
  const pods = await list<Pod>(['-n', 'kube-system', 'pods', '-l', 'k8s-app=kube-dns'])
  const unready = pods.filter(({ status, spec }) => {
    return (status.containerStatuses ?? []).filter(container => container.ready).length < spec.containers.length
  })
  return unready.length === 0 ? true : new Missing(`${namesOf(unready)} not Ready`)
}

async function allCrashed(names: readonly string[]): Promise<true | Missing> {
  for (const name of names) {
    const { stdout } = await tryKubectl(['-n', 'kube-system', 'logs', '--previous', name])
    if (!stdout.includes('plugin/loop: Loop')) return new Missing(`no loop in the previous log of ${name}`)
  }
  return true
}

/** Asks the DNS Service from every node. */
async function answers(name: string, expected: boolean): Promise<true | Missing> {
  const known = new Set<string>(Object.values(world.names))
  for (const node of nodes) {
    const dig = ['dig', '+short', '+time=2', '+tries=1', `@${dns.service}`, name]
    const { code, stdout } = await shell(node.name, dig)
    const answer = code === 0 ? stdout.trim() : ''
    const resolved = name.endsWith(dns.domain) ? answer !== '' : known.has(answer)
    if (resolved !== expected)
      return new Missing(`${name} ${resolved ? 'resolves' : 'does not resolve'} from ${node.name}`)
  }
  return true
}

function namesOf(pods: readonly Pod[]): string {
  return pods.map(pod => pod.metadata.name).join(' and ')
}
