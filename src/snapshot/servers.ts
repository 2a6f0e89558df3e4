import { engineOf, labelText, selects } from './dns.ts'
import { attempt, type Look, listAll } from './look.ts'
import type { ConfigMap, EndpointSlice, Pod, PodSpec, Service, Workload } from './objects.ts'
import { joinedWords, lookInto } from './pods.ts'
import { prune, shapes } from './prune.ts'
import type { Evidence, Question } from './snapshot.ts'

/** What belongs to one DNS Service. */
export type Around = Pick<
  Evidence,
  'endpointSlices' | 'workloads' | 'pods' | 'configMaps' | 'logs' | 'metrics' | 'readiness' | 'answers'
>

/** What was found around several Services as one; a Service without DNS Pods adds nothing. */
export const joined = (parts: readonly Around[]): Around => ({
  endpointSlices: parts.flatMap(p => p.endpointSlices),
  workloads: parts.flatMap(p => p.workloads),
  pods: parts.flatMap(p => p.pods),
  configMaps: parts.flatMap(p => p.configMaps),
  ...joinedWords(parts),
})

const dnsLabel = { 'k8s-app': 'kube-dns' }

/**
 * Everything behind a DNS Service: its EndpointSlices, the DNS Pods that it selects or should select, the workloads
 * that run them, the ConfigMaps that they mount, and what the Pods themselves say. Without a Service, what runs in
 * kube-system under the usual label.
 */
export async function around(
  look: Look,
  service: Service | undefined,
  questions: Promise<readonly Question[]>,
): Promise<Around> {
  const namespace = service?.metadata.namespace ?? 'kube-system'
  const [endpointSlices, workloads, selected] = await Promise.all([
    service ? listSlices(look, service) : [],
    listWorkloads(look, namespace, service),
    listPods(look, namespace, service?.spec.selector ?? dnsLabel),
  ])
  const pods = await addUnselected(look, namespace, selected, workloads)
  const specs = [...pods.map(p => p.spec), ...workloads.map(w => w.spec.template.spec)]
  const [configMaps, said] = await Promise.all([
    getConfigMaps(look, namespace, specs),
    Promise.all(pods.map(pod => lookInto(look, pod, service, questions))),
  ])
  return { endpointSlices, workloads, pods, configMaps, ...joinedWords(said) }
}

async function listSlices(look: Look, service: Service): Promise<readonly EndpointSlice[]> {
  const { namespace, name } = service.metadata
  const label = encodeURIComponent(`kubernetes.io/service-name=${name}`)
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${label}`
  const list = () => listAll(look, path, item => prune<EndpointSlice>(item, shapes.endpointSlice))
  return (await attempt(look, { input: 'endpointSlices' }, list)) ?? []
}

async function listPods(look: Look, namespace: string, labels: Readonly<Record<string, string>>) {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelText(labels))}`
  const list = () => listAll(look, path, item => prune<Pod>(item, shapes.pod))
  return (await attempt(look, { input: 'pods' }, list)) ?? []
}

/** The workloads that the Service selects or that run a DNS server, selected or not. */
async function listWorkloads(
  look: Look,
  namespace: string,
  service: Service | undefined,
): Promise<readonly Workload[]> {
  const all = await Promise.all([
    listKind(look, namespace, 'Deployment', 'deployments'),
    listKind(look, namespace, 'DaemonSet', 'daemonsets'),
  ])
  const isDns = (w: Workload) =>
    selects(service?.spec.selector ?? dnsLabel, w.spec.template.metadata?.labels) || runsServer(w.spec.template.spec)
  return all.flat().filter(isDns)
}

/** A node-local cache is no server behind the Service: it stands between it and Pods. */
const runsServer = (spec: PodSpec) => ['coredns', 'kube-dns'].includes(engineOf(spec))

async function listKind(look: Look, namespace: string, kind: Workload['kind'], resource: string) {
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}`
  const keep = (item: unknown) => ({ kind, ...prune<Omit<Workload, 'kind'>>(item, shapes.workload) })
  return (await attempt(look, { input: 'workloads' }, () => listAll<Workload>(look, path, keep))) ?? []
}

/** Where the Service selects no Pod, the Pods of the DNS workloads by their own selector. */
async function addUnselected(look: Look, namespace: string, selected: readonly Pod[], workloads: readonly Workload[]) {
  if (selected.length > 0) return selected
  const selectors = workloads.flatMap(w => (w.spec.selector?.matchLabels ? [w.spec.selector.matchLabels] : []))
  const lists = await Promise.all(selectors.map(labels => listPods(look, namespace, labels)))
  return lists.flat()
}

async function getConfigMaps(look: Look, namespace: string, specs: readonly PodSpec[]): Promise<readonly ConfigMap[]> {
  const names = new Set(specs.flatMap(s => s.volumes?.flatMap(v => v.configMap?.name ?? []) ?? []))
  names.delete('kube-root-ca.crt')
  const all = await Promise.all(
    [...names].map(name => {
      const get = () => look.client.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`, { signal: look.signal })
      return attempt(look, { input: 'configMaps', object: `${namespace}/${name}`, mayBeAbsent: true }, get)
    }),
  )
  return all.flatMap(item => (item ? [prune<ConfigMap>(item, shapes.configMap)] : []))
}
