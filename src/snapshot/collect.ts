import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { addressesOf, conventionalService, isServiceAddress } from './dns.ts'
import { attempt, type Look, listAll } from './look.ts'
import type { ConfigMap, Node, Service } from './objects.ts'
import { prune, shapes } from './prune.ts'
import { sampleNodes } from './sample.ts'
import { type Around, around, nothingAround } from './servers.ts'
import { type Evidence, type Kubelet, noEvidence, type Question, type Snapshot } from './snapshot.ts'

export interface CollectOptions {
  /** names outside the cluster to ask for, with the addresses that are right; none on a closed network */
  readonly external: readonly Question[]
  readonly takenAt: string
  readonly signal: AbortSignal
}

/**
 * Looks at a cluster once, read-only, with everything that does not depend on something else in parallel:
 * kubelets → clusterDNS → the Service with that address → EndpointSlices, DNS Pods, workloads, ConfigMaps → logs,
 * metrics, one TCP conversation with each DNS Pod.
 * Throws a RequestError only when the cluster cannot be reached at all; whatever else fails becomes a gap.
 */
export async function collect(client: Client, options: CollectOptions): Promise<Snapshot> {
  const look: Look = { client, signal: options.signal, gaps: [] }
  const nodes = listNodes(look)
  const asked = nodes.then(list => sampleNodes(list))
  const kubelets = asked.then(list => Promise.all(list.map(node => askKubelet(look, node))))
  const services = listServices(look)
  const questions = makeQuestions(look, kubelets, options.external)
  const usual = services.then(list => around(look, conventionalService(list), questions))
  // All in one: a rejection of any is a rejection of the whole, and none is left without someone to hear it.
  const all = await Promise.all([
    askVersion(look),
    nodes,
    asked,
    kubelets,
    services,
    questions,
    usual,
    kubeadmMark(look),
  ])
  const [version, nodeList, askedNodes, configs, usualServices, asks, found, kubeadm] = all
  const elsewhere = await findElsewhere(look, usualServices, configs.flat())
  const more = await Promise.all(elsewhere.map(service => around(look, service, questions)))
  const behind = merge([found, ...more])
  const evidence: Evidence = {
    ...noEvidence,
    ...behind,
    version,
    nodes: nodeList,
    kubelets: configs.flat(),
    services: [...usualServices, ...elsewhere],
    configMaps: [...behind.configMaps, ...kubeadm],
    questions: asks,
  }
  const counted = { total: nodeList.length, asked: askedNodes.length }
  return { takenAt: options.takenAt, server: client.server, nodes: counted, evidence, gaps: look.gaps }
}

/** Everybody may ask for the version: whoever does not even answer that is not reached, and the whole look fails. */
async function askVersion(look: Look) {
  const get = () => look.client.get<{ gitVersion: string }>('/version', { signal: look.signal })
  const refused = (error: unknown) => {
    if (error instanceof RequestError && error.kind === 'forbidden')
      return attempt(look, { input: 'version' }, () => Promise.reject(error))
    throw error
  }
  const version = await get().catch(refused)
  return version ? [{ gitVersion: version.gitVersion }] : []
}

/** Only whether kubeadm's ConfigMap is there: it tells a kubeadm cluster, and its content is nobody's business here. */
async function kubeadmMark(look: Look): Promise<readonly ConfigMap[]> {
  const path = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config'
  const get = () => look.client.get(path, { signal: look.signal })
  const found = await attempt(look, { input: 'version', object: 'kube-system/kubeadm-config', mayBeAbsent: true }, get)
  return found ? [{ metadata: { namespace: 'kube-system', name: 'kubeadm-config' } }] : []
}

async function listNodes(look: Look): Promise<readonly Node[]> {
  const list = () => listAll(look, '/api/v1/nodes', item => prune<Node>(item, shapes.node))
  return (await attempt(look, { input: 'nodes' }, list)) ?? []
}

async function listServices(look: Look): Promise<readonly Service[]> {
  const path = '/api/v1/namespaces/kube-system/services'
  const list = () => listAll(look, path, item => prune<Service>(item, shapes.service))
  return (await attempt(look, { input: 'services' }, list)) ?? []
}

interface Configz {
  readonly kubeletconfig?: { clusterDNS?: readonly string[]; clusterDomain?: string; resolvConf?: string }
}

/** A node that is not Ready has no kubelet that could answer: it is left out, and the node's condition says so. */
async function askKubelet(look: Look, node: Node): Promise<readonly Kubelet[]> {
  const name = node.metadata.name
  const ready = node.status?.conditions?.find(c => c.type === 'Ready')
  if (ready && ready.status !== 'True') return []
  const path = `/api/v1/nodes/${name}/proxy/configz`
  const get = () => look.client.get<Configz>(path, { signal: look.signal, timeoutMs: 5000 })
  const config = (await attempt(look, { input: 'kubelets', object: name }, get))?.kubeletconfig
  if (!config) return []
  const { clusterDNS = [], clusterDomain = '', resolvConf = '' } = config
  return [{ node: name, clusterDNS, clusterDomain, resolvConf }]
}

/** One name that every cluster has, with the address it must have, and the external names. */
async function makeQuestions(
  look: Look,
  kubelets: Promise<readonly (readonly Kubelet[])[]>,
  external: readonly Question[],
): Promise<readonly Question[]> {
  const path = '/api/v1/namespaces/default/services/kubernetes'
  const get = () => look.client.get<Service>(path, { signal: look.signal })
  const service = await attempt(look, { input: 'questions', object: 'Service default/kubernetes' }, get)
  const domain = (await kubelets).flat()[0]?.clusterDomain || 'cluster.local'
  const expected = service ? addressesOf(service) : []
  const type = expected[0]?.includes(':') ? 'AAAA' : 'A'
  return [{ name: `kubernetes.default.svc.${domain}`, type, scope: 'cluster', expected }, ...external]
}

/** The Services with addresses that kubelets hand out and that are not among the known ones, wherever they are. */
async function findElsewhere(look: Look, known: readonly Service[], kubelets: readonly Kubelet[]) {
  const addresses = new Set(kubelets.flatMap(k => k.clusterDNS).filter(isServiceAddress))
  for (const address of known.flatMap(addressesOf)) addresses.delete(address)
  const found = await Promise.all([...addresses].map(address => serviceAt(look, address)))
  return found.flat()
}

async function serviceAt(look: Look, address: string): Promise<readonly Service[]> {
  const path = `/api/v1/services?fieldSelector=${encodeURIComponent(`spec.clusterIP=${address}`)}`
  const list = () => listAll(look, path, item => prune<Service>(item, shapes.service))
  return (await attempt(look, { input: 'services', object: address }, list)) ?? []
}

/** Joins what was found around several Services; one that has no DNS Pods adds nothing. */
function merge(parts: readonly Around[]): Around {
  const keys = Object.keys(nothingAround) as (keyof Around)[]
  const joined = keys.map(key => [key, parts.flatMap(part => part[key] as readonly unknown[])])
  return Object.fromEntries(joined) as unknown as Around
}
