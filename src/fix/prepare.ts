import type { Analysis } from '../analyze.ts'
import type { Client } from '../kube/client.ts'
import { newRunId } from '../probes/run-id.ts'
import { serverContainer } from '../snapshot/dns.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import { journalMaps } from './journal.ts'
import { dnsNamespace, livePaths, readLive } from './live.ts'
import { readNodes } from './node/read.ts'
import type { FixContext, FixOptions, NodeFacts } from './planners/context.ts'

/** The findings that a node's resolv.conf has to do with: for them nodes are looked at. */
const ofNodes: ReadonlySet<string> = new Set(['DNS105', 'DNS301', 'DNS302', 'DNS303', 'DNS401', 'DNS404'])

export interface PrepareOptions {
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** Everything that planners go by: the objects as they are now, and where it matters what the nodes have. */
export async function prepare(
  client: Client,
  snapshot: Snapshot,
  { findings, cause }: Analysis,
  options: FixOptions,
  within: PrepareOptions,
): Promise<FixContext> {
  const [live, journals] = await Promise.all([
    readLive(client, livePaths(snapshot), within.signal),
    journalMaps(client, dnsNamespace(snapshot.evidence)),
  ])
  const objects = new Map([...live, ...journals.map(map => [`journal ${map.metadata.name}`, map] as const)])
  const concerned = options.code === undefined ? findings : findings.filter(f => f.code === options.code)
  const isNeeded =
    options.method === 'kubeadm' ||
    options.method === 'kubelet' ||
    (options.upstreams.length === 0 && concerned.some(f => ofNodes.has(f.code)))
  if (isNeeded) within.say('Looking at the nodes, from a short-lived Pod on each')
  const nodeFacts = isNeeded ? await nodeFactsOf(client, snapshot.evidence, within) : []
  return { snapshot, findings, cause, objects, options, nodeFacts }
}

const nodeFactsOf = (
  client: Client,
  evidence: Evidence,
  { signal, say }: PrepareOptions,
): Promise<readonly NodeFacts[]> =>
  readNodes(
    {
      client,
      namespace: dnsNamespace(evidence),
      run: newRunId(),
      images: dnsImages(evidence),
      signal,
      say,
    },
    evidence.nodes,
  )

/** Images that are on nodes already. */
export const dnsImages = ({ pods }: Evidence): readonly string[] => [
  ...new Set(pods.flatMap(p => serverContainer(p.spec)?.image ?? [])),
]
