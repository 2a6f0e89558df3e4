import { isAddress, sameAddress, splitPort } from '../../dns/address.ts'
import { improperUpstreams, whyImproper } from '../../dns/proper.ts'
import { ExpectedError } from '../../errors.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { surroundingsOf } from '../../snapshot/surroundings.ts'
import type { FixContext, NodeFacts } from './context.ts'
import { isKubeDnsBefore } from './kube-dns-version.ts'

export type ServerEngine = 'coredns' | 'kube-dns'

/** The upstreams that are to be written, in this order, and what was left out of what the nodes name, with the reason. */
export interface ChosenUpstreams {
  readonly upstreams: readonly string[]
  readonly refused: readonly { readonly address: string; readonly reason: string }[]
  readonly from: 'option' | 'nodes'
}

/**
 * The upstreams for the DNS server: those of --upstream, else the resolvers that the nodes themselves ask; never a public one
 * that nobody named. Throws an ExpectedError: `improper-upstream` where one that was given cannot be one, with each reason;
 * `no-upstream` where none was given and the nodes have none.
 */
export function chosenUpstreams(context: FixContext, engine: ServerEngine): ChosenUpstreams {
  const { options, snapshot } = context
  if (options.upstreams.length === 0) return ofNodes(context, engine)
  const refused = refusals(options.upstreams, engine, snapshot.evidence)
  if (refused.length > 0) throw improper('--upstream', refused)
  return { upstreams: options.upstreams, refused: [], from: 'option' }
}

type Refused = ChosenUpstreams['refused']

/** What was given with a flag and is refused, as the error that ends the run before anything is written. */
export const improper = (flag: string, refused: Refused) =>
  new ExpectedError(`${flag} is refused: ${refused.map(r => `${r.address || '(empty)'} ${r.reason}`).join('; ')}.`, {
    code: 'improper-upstream',
    hint: 'Name DNS servers outside the cluster that Pods can reach, each as IP or IP:PORT.',
  })

function ofNodes(context: FixContext, engine: ServerEngine): ChosenUpstreams {
  const named = resolversOf(context.nodeFacts)
  const silent = context.findings.flatMap(f => (f.code === 'DNS302' ? f.args.upstreams : []))
  const isSilent = (address: string) => silent.some(s => sameAddress(splitPort(s).address, splitPort(address).address))
  const dead = named.filter(isSilent).map(address => ({ address, reason: 'does not answer the DNS Pods' }))
  const asked = named.filter(address => !isSilent(address))
  const refused = refusals(asked, engine, context.snapshot.evidence)
  const upstreams = asked.filter(address => !refused.some(r => r.address === address))
  if (upstreams.length === 0) throw noUpstream(context.nodeFacts, [...dead, ...refused])
  return { upstreams, refused: [...dead, ...refused], from: 'nodes' }
}

/** Too many are counted of the proper ones only: a stub in front of them takes no place. */
function refusals(addresses: readonly string[], engine: ServerEngine, evidence: Evidence): Refused {
  const around = surroundingsOf(evidence)
  const isProper = (address: string) => whyImproper(address, around) === null
  const refused = [
    ...improperUpstreams(
      addresses.filter(a => !isProper(a)),
      engine,
      around,
    ),
    ...improperUpstreams(addresses.filter(isProper), engine, around),
  ].map(({ upstream, reason }) => ({ address: upstream, reason }))
  const known = new Set(refused.map(r => r.address))
  const ported = engine === 'kube-dns' ? addresses.filter(a => !known.has(a) && hasPort(a)) : []
  return isKubeDnsBefore(evidence, '1.14.9') === false
    ? refused
    : [...refused, ...ported.map(address => ({ address, reason: portReason }))]
}

/** kubernetes/dns, pkg/dns/config/config.go: `IP:port` is taken since 1.14.9, and before that the whole ConfigMap ignored. */
const portReason =
  'has a port, for which kube-dns must be known to be 1.14.9 or newer: an older one ignores its ConfigMap'

export const hasPort = (server: string): boolean => !isAddress(server) && splitPort(server).port !== null

/** What all nodes that were seen name; where they have nothing in common, what most of them name. */
function resolversOf(facts: readonly NodeFacts[]): readonly string[] {
  const lists = facts.map(f => [...new Set(f.resolvers)]).filter(list => list.length > 0)
  const counted = [...Map.groupBy(lists.flat(), address => address)].map(([address, all]) => ({
    address,
    times: all.length,
  }))
  const most = Math.max(0, ...counted.map(c => c.times))
  return counted.filter(c => c.times === most).map(c => c.address)
}

function noUpstream(facts: readonly NodeFacts[], refused: Refused): ExpectedError {
  const seen = facts.filter(f => f.problem === null)
  const unseen = facts.flatMap(f => (f.problem === null ? [] : [`${f.node}: ${f.problem}`]))
  const why =
    refused.length > 0
      ? `of what the nodes ask, ${refused.map(r => `${r.address} ${r.reason}`).join('; ')}`
      : seen.length > 0
        ? 'the nodes name no resolver but their own loopback'
        : `no node could be looked at${unseen.length > 0 ? ` (${unseen.join('; ')})` : ''}`
  return new ExpectedError(`There is no upstream to write: ${why}.`, {
    code: 'no-upstream',
    hint: 'Name the resolvers of your network: kubectl dnsfix fix --upstream IP,IP',
  })
}
