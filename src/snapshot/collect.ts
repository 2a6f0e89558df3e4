import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { addressesOf, conventionalService, isServiceAddress } from './dns.ts'
import { askKubelets } from './kubelets.ts'
import { attempt, type Look, listAll } from './look.ts'
import type { ConfigMap, Node, Service } from './objects.ts'
import { prune, shapes } from './prune.ts'
import { around, joined } from './servers.ts'
import type { Evidence, Kubelet, Question, Snapshot } from './snapshot.ts'

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
  const kubelets = askKubelets(look, nodes)
  const services = listServices(look)
  const questions = makeQuestions(look, kubelets.domain, options.external)
  const usual = services.then(list => around(look, conventionalService(list), questions))
  const marks = Promise.all([askVersion(look), kubeadmMark(look)])
  // All in one: a rejection of any is a rejection of the whole, and none is left without someone to hear it.
  const seen = await Promise.all([nodes, kubelets.all, kubelets.askedNodes, services, questions, usual, marks])
  const [nodeList, kubeletList, asked, usualServices, asks, found, [version, kubeadm]] = seen
  const elsewhere = await findElsewhere(look, usualServices, kubeletList)
  const more = await Promise.all(elsewhere.map(service => around(look, service, questions)))
  const behind = joined([found, ...more])
  const evidence: Evidence = {
    ...behind,
    version,
    nodes: nodeList,
    kubelets: kubeletList,
    services: [...usualServices, ...elsewhere],
    configMaps: [...behind.configMaps, ...kubeadm],
    questions: asks,
  }
  const counted = { total: nodeList.length, asked }
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

/** One name that every cluster has, with the address it must have, and the external names. */
async function makeQuestions(
  look: Look,
  clusterDomain: Promise<string>,
  external: readonly Question[],
): Promise<readonly Question[]> {
  const path = '/api/v1/namespaces/default/services/kubernetes'
  const get = () => look.client.get<Service>(path, { signal: look.signal })
  const service = await attempt(look, { input: 'questions', object: 'Service default/kubernetes' }, get)
  const domain = (await clusterDomain) || 'cluster.local'
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
