import type { Code } from '../../catalog.ts'
import { isDomainName, normalizeName } from '../../corefile/name.ts'
import { whyImproper } from '../../dns/proper.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { surroundingsOf } from '../../snapshot/surroundings.ts'
import type { FixContext } from './context.ts'
import { isKubeDnsBefore } from './kube-dns-version.ts'
import { type ChosenUpstreams, chosenUpstreams, hasPort, improper, type ServerEngine } from './upstreams.ts'

/** What the DNS server is to be told, wherever its owner keeps that. */
export interface Wanted {
  /** the findings that it repairs */
  readonly codes: readonly Code[]
  /** null: the upstreams stay as they are */
  readonly chosen: ChosenUpstreams | null
  readonly stubDomains: Readonly<Record<string, readonly string[]>>
}

/** Findings that other upstreams repair, with --upstream or without. */
const calling: readonly Code[] = ['DNS301', 'DNS302', 'DNS303', 'DNS304']

/** Findings that go away with them, and those that call for other upstreams only where somebody names them. */
export const repaired: readonly Code[] = [...calling, 'DNS105', 'DNS305', 'DNS506', 'DNS508', 'DNS513']

/**
 * What the findings and the options ask for; null when that is nothing. Throws an ExpectedError for what was given and
 * cannot be written, and where there is no upstream to write.
 */
export function wantedOf(context: FixContext, engine: ServerEngine): Wanted | null {
  const { options, findings, snapshot } = context
  const found = [...new Set(findings.map(f => f.code))]
  const needsUpstreams = options.upstreams.length > 0 || found.some(code => calling.includes(code))
  const hasStubs = Object.keys(options.stubDomains).length > 0
  if (!needsUpstreams && !hasStubs) return null
  assertStubDomains(options.stubDomains, engine, snapshot.evidence)
  const codes = needsUpstreams ? found.filter(code => repaired.includes(code)) : []
  return { codes, chosen: needsUpstreams ? chosenUpstreams(context, engine) : null, stubDomains: options.stubDomains }
}

/** The sentence that says what is set. */
export function whyOf({ chosen, stubDomains }: Wanted): string {
  const source = chosen?.from === 'nodes' ? 'the resolvers of the nodes' : 'as given'
  const upstreams = chosen ? [`names outside the cluster are asked of ${chosen.upstreams.join(', ')} (${source})`] : []
  const stubs = Object.entries(stubDomains).map(
    ([domain, servers]) => `names in ${domain} are asked of ${servers.join(', ')}`,
  )
  const text = [...upstreams, ...stubs].join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** What was left out of what the nodes name. */
export const leftOut = ({ chosen }: Wanted): readonly string[] =>
  (chosen?.refused ?? []).map(({ address, reason }) => `${address}, which nodes name, is left out: it ${reason}`)

function assertStubDomains(stubs: Wanted['stubDomains'], engine: ServerEngine, evidence: Evidence): void {
  const refused = Object.entries(stubs).flatMap(([domain, servers]) => {
    const reason = whyNoStubDomain(domain, servers, evidence, engine)
    const own = servers.flatMap(address => {
      const why = whyNoServer(address, engine, evidence)
      return why === null ? [] : [{ address, reason: why }]
    })
    return reason === null ? own : [{ address: domain, reason }]
  })
  if (refused.length > 0) throw improper('--stub-domain', refused)
}

/** DNS-1123 subdomain: what kube-dns takes (kubernetes/dns, pkg/dns/config/config.go). */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

function whyNoStubDomain(
  domain: string,
  servers: readonly string[],
  { kubelets }: Evidence,
  engine: ServerEngine,
): string | null {
  if (servers.length === 0) return 'has no server'
  if (!isDomainName(domain) || /[\s{}"\\]/.test(domain)) return 'is no domain name'
  if (normalizeName(domain) === '.') return 'is every name: give the upstreams with --upstream'
  if (engine === 'kube-dns' && !subdomain.test(domain)) return 'is no domain name as kube-dns takes it (DNS-1123)'
  const own = kubelets.some(k => k.clusterDomain !== '' && normalizeName(k.clusterDomain) === normalizeName(domain))
  return own ? 'is the domain of this cluster, which its own DNS server answers for' : null
}

/** kube-dns takes host names as the servers of a stub domain since 1.15.1, and ports since 1.14.2 (before its upstreams'). */
function whyNoServer(server: string, engine: ServerEngine, evidence: Evidence): string | null {
  const host = server.replace(/:\d+$/, '')
  const mayBeName = engine === 'kube-dns' && isKubeDnsBefore(evidence, '1.15.1') === false
  if (mayBeName && subdomain.test(host) && /[a-z]/.test(host)) return null
  if (engine === 'kube-dns' && hasPort(server) && isKubeDnsBefore(evidence, '1.14.2') === true)
    return 'has a port, which kube-dns takes since 1.14.2'
  return whyImproper(server, surroundingsOf(evidence))
}
