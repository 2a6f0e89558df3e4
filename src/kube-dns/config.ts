import { isAddress } from '../dns/address.ts'

/** Why kube-dns would ignore its ConfigMap: all of it, whichever key is wrong. */
export interface ConfigProblem {
  readonly key: 'upstreamNameservers' | 'stubDomains'
  readonly problem: string
}

/**
 * What kube-dns refuses in ConfigMap kube-system/kube-dns (kubernetes/dns, pkg/dns/config/config.go: Validate).
 * Values are JSON in strings (`null` is none); at most three upstreams, each an IP address with an optional port; a stub domain is a
 * DNS-1123 subdomain, its servers are addresses or, since kube-dns 1.15.1, host names.
 */
export function configProblems(data: Readonly<Record<string, string>>): readonly ConfigProblem[] {
  return [...upstreamProblems(data.upstreamNameservers), ...stubProblems(data.stubDomains)]
}

/** The upstreams of a ConfigMap that kube-dns accepts; none when it would ignore the ConfigMap. */
export function configuredUpstreams(data: Readonly<Record<string, string>>): readonly string[] {
  if (configProblems(data).length > 0 || !data.upstreamNameservers) return []
  return (parseJson(data.upstreamNameservers) as readonly string[] | null) ?? []
}

function upstreamProblems(text: string | undefined): readonly ConfigProblem[] {
  const key = 'upstreamNameservers'
  if (text === undefined || text === '') return []
  const value = parseJson(text)
  if (value === undefined) return [{ key, problem: 'is not JSON' }]
  if (value === null) return []
  if (!isStrings(value)) return [{ key, problem: 'is not a JSON array of strings' }]
  if (value.length > 3) return [{ key, problem: `has ${value.length} entries, and kube-dns takes three at most` }]
  const bad = value.filter(v => !isServer(v))
  return bad.map(v => ({ key, problem: `names "${v}", which is not an IP address` }))
}

function stubProblems(text: string | undefined): readonly ConfigProblem[] {
  const key = 'stubDomains'
  if (text === undefined || text === '') return []
  const value = parseJson(text)
  if (value === undefined) return [{ key, problem: 'is not JSON' }]
  if (value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) return [{ key, problem: 'is not a JSON object' }]
  return Object.entries(value).flatMap(([domain, servers]) =>
    stubDomainProblems(domain, servers).map(problem => ({ key, problem }) as const),
  )
}

function stubDomainProblems(domain: string, servers: unknown): readonly string[] {
  if (!isSubdomain(domain)) return [`has the key "${domain}", which is not a domain name`]
  if (!isStrings(servers)) return [`gives "${domain}" no array of servers`]
  const bad = servers.filter(s => !isServer(s) && !isSubdomain(s.replace(/:\d+$/, '')))
  return bad.map(s => `names the server "${s}" for ${domain}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(v => typeof v === 'string')

/** An address, alone or with a port as Go's net.SplitHostPort takes it: no `#`, brackets only around an IPv6 address. */
function isServer(text: string): boolean {
  const [, v6, other, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const address = v6 ?? other ?? text
  return isAddress(address) && !address.includes('%') && (port === undefined || (+port >= 1 && +port <= 65535))
}

/** DNS-1123 subdomain: k8s.io/apimachinery validation.IsDNS1123Subdomain. */
const isSubdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
