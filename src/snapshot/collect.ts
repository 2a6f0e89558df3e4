import { plainAddress } from '../dns/address.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { conventionalService, hasAddress, isAsked, isServiceAddress, servesDns } from './dns.ts'
import { askKubelets } from './kubelets.ts'
import { attempt, type Look, listAll } from './look.ts'
import type { ConfigMap, Node, Service } from './objects.ts'
import { prune, shapes } from './prune.ts'
import { type Ask, asker } from './questions.ts'
import { type Around, around, joined } from './servers.ts'
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
  const kubelets = askKubelets(look, nodes)
  const services = listServices(look)
  const ask = asker(look, kubelets.domain, options.external)
  const usual = services.then(list => around(look, conventionalService(list), ask))
  const marks = Promise.all([askVersion(look), kubeadmMark(look)])
  // All in one: a rejection of any is a rejection of the whole, and none is left without someone to hear it.
  const seen = await Promise.all([nodes, kubelets.all, kubelets.askedNodes, services, usual, marks])
  const [nodeList, kubeletList, asked, usualServices, found, [version, kubeadm]] = seen
  const { fetched, used } = await findElsewhere(look, usualServices, kubeletList)
  const more = await aroundEach(look, used, found)
  // What Pods really ask goes first: where two servers run, it is the first one's configuration that counts.
  const isUsual = usualServices.some(s => s === conventionalService(usualServices) && isAsked(s, kubeletList))
  const behind = joined(isUsual ? [found, ...more] : [...more, found])
  const configMaps = [...behind.configMaps, ...kubeadm]
  const allServices = [...usualServices, ...fetched]
  const own = { version, nodes: nodeList, kubelets: kubeletList, services: allServices, configMaps }
  const evidence: Evidence = { ...noEvidence, ...behind, ...own }
  const counted = { total: nodeList.length, asked }
  return { takenAt: options.takenAt, server: client.server, nodes: counted, evidence, gaps: look.gaps }
}

/** One after the other, so that a Pod of two Services is asked once. */
async function aroundEach(look: Look, services: readonly Service[], first: Around): Promise<readonly Around[]> {
  const ask: Ask = async () => first.questions
  const parts: Around[] = []
  for (const service of services) {
    const heard = [first, ...parts].flatMap(p => p.pods)
    parts.push(await around(look, service, ask, heard))
  }
  return parts
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

/**
 * The Services with addresses that kubelets hand out, wherever they are, without the one that was looked at first:
 * those that are known from the list, and those that have to be fetched.
 */
async function findElsewhere(look: Look, known: readonly Service[], kubelets: readonly Kubelet[]) {
  const usual = conventionalService(known)
  const addresses = new Set(kubelets.flatMap(k => k.clusterDNS.filter(isServiceAddress).map(plainAddress)))
  const open = [...addresses].filter(a => !(usual && hasAddress(usual, a)))
  const listed = known.filter(s => open.some(a => hasAddress(s, a)))
  const unknown = open.filter(a => !known.some(s => hasAddress(s, a)))
  const fetched = (await Promise.all(unknown.map(address => serviceAt(look, address)))).flat()
  return { fetched, used: [...listed, ...fetched].filter(servesDns) }
}

async function serviceAt(look: Look, address: string): Promise<readonly Service[]> {
  const path = `/api/v1/services?fieldSelector=${encodeURIComponent(`spec.clusterIP=${address}`)}`
  const list = () => listAll(look, path, item => prune<Service>(item, shapes.service))
  return (await attempt(look, { input: 'services', object: address }, list)) ?? []
}
