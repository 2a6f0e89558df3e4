import { isNodeCache, labelText, runsServer, selects } from './dns.ts'
import { attempt, type Look, listAll } from './look.ts'
import type { ConfigMap, EndpointSlice, Meta, Pod, PodSpec, Service, Workload } from './objects.ts'
import { joinedWords, lookInto } from './pods.ts'
import { prune, shapes } from './prune.ts'
import type { Ask } from './questions.ts'
import type { Evidence } from './snapshot.ts'

/** What belongs to one DNS Service. */
export type Around = Pick<
  Evidence,
  'endpointSlices' | 'workloads' | 'pods' | 'configMaps' | 'logs' | 'metrics' | 'readiness' | 'questions' | 'answers'
>

/** What was found around several Services as one, each object once; a Service without DNS Pods adds nothing. */
export const joined = (parts: readonly Around[]): Around => ({
  endpointSlices: once(parts.flatMap(p => p.endpointSlices)),
  workloads: once(parts.flatMap(p => p.workloads)),
  pods: once(parts.flatMap(p => p.pods)),
  configMaps: once(parts.flatMap(p => p.configMaps)),
  questions: parts[0]?.questions ?? [],
  ...joinedWords(parts),
})

/** Two Services may have the same Pods, and workloads are listed for each. */
function once<T extends { readonly kind?: string; readonly metadata: Meta }>(items: readonly T[]): readonly T[] {
  const byName = Map.groupBy(items, i => `${i.kind} ${i.metadata.namespace}/${i.metadata.name}`)
  return [...byName.values()].flatMap(group => group.slice(0, 1))
}

const dnsLabel = { 'k8s-app': 'kube-dns' }

/**
 * Everything behind a DNS Service: its EndpointSlices, the DNS Pods that it selects or should select, the workloads
 * that run them, the ConfigMaps that they mount, and what the Pods themselves say. Without a Service, what runs in
 * kube-system under the usual label. Pods that were `heard` already are not asked again.
 */
export async function around(
  look: Look,
  service: Service | undefined,
  ask: Ask,
  heard: readonly Pod[] = [],
): Promise<Around> {
  const namespace = service?.metadata.namespace ?? 'kube-system'
  const [endpointSlices, workloads, selected] = await Promise.all([
    service ? listSlices(look, service) : [],
    listWorkloads(look, namespace, service),
    listPods(look, namespace, service?.spec.selector ?? dnsLabel),
  ])
  const servers = workloads.filter(w => !isNodeCache(w))
  const pods = await addUnselected(look, namespace, selected, servers)
  const specs = [...pods.map(p => p.spec), ...servers.map(w => w.spec.template.spec)]
  const maps = getConfigMaps(look, namespace, specs)
  const asks = ask(maps.then(configMaps => ({ pods, workloads, configMaps })))
  const isHeard = (pod: Pod) => once([...heard, pod]).length === heard.length
  const [configMaps, questions, ...said] = await Promise.all([
    maps,
    asks,
    ...pods.filter(pod => !isHeard(pod)).map(pod => lookInto(look, pod, service, asks)),
  ])
  return { endpointSlices, workloads, pods, configMaps, questions, ...joinedWords(said) }
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

/** The workloads that the Service selects or that run a DNS server or a node-local cache, selected or not. */
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
    selects(service?.spec.selector ?? dnsLabel, w.spec.template.metadata?.labels) ||
    runsServer(w.spec.template.spec) ||
    isNodeCache(w)
  return all.flat().filter(isDns)
}

async function listKind(look: Look, namespace: string, kind: Workload['kind'], resource: string) {
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}`
  const keep = (item: unknown) => ({ kind, ...prune<Omit<Workload, 'kind'>>(item, shapes.workload) })
  return (await attempt(look, { input: 'workloads' }, () => listAll<Workload>(look, path, keep))) ?? []
}

/**
 * Where the Service selects no Pod, the Pods of the DNS workloads by their own selector. Pods of an unknown server are
 * left for those of a known one: then the Service selects something else. Alone they may be DNS under another name.
 */
async function addUnselected(look: Look, namespace: string, selected: readonly Pod[], workloads: readonly Workload[]) {
  if (selected.some(p => runsServer(p.spec))) return selected
  const wanted = selected.length > 0 ? workloads.filter(w => runsServer(w.spec.template.spec)) : workloads
  const selectors = wanted.flatMap(w => (w.spec.selector?.matchLabels ? [w.spec.selector.matchLabels] : []))
  const lists = await Promise.all(selectors.map(labels => listPods(look, namespace, labels)))
  const own = once(lists.flat())
  return own.length > 0 ? own : selected
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
