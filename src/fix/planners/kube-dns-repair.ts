import { list } from '../../catalog/entry.ts'
import { configProblems } from '../../kube-dns/config.ts'

type Domains = Readonly<Record<string, readonly string[]>>

/** The entries that kube-dns takes, at most three: kubernetes/dns, pkg/dns/config/config.go. Empty where nothing can be used. */
export function repairedUpstreams(text: string | undefined): readonly string[] {
  const value = parsed(text)
  const strings = Array.isArray(value) ? value.filter(v => typeof v === 'string') : []
  const taken = strings.filter(v => configProblems({ upstreamNameservers: JSON.stringify([v]) }).length === 0)
  return [...new Set(taken)].slice(0, 3)
}

/**
 * The stub domains that kube-dns takes, and a note for each that was changed or lost a server. A `reason` where the text is no
 * JSON object, or a domain would be left without a server: nobody but its author knows what it should say.
 */
export function repairedStubDomains(
  text: string | undefined,
): { readonly domains: Domains; readonly notes: readonly string[] } | { readonly reason: string } {
  if (text === undefined || text === '') return { domains: {}, notes: [] }
  const value = parsed(text)
  if (value === null) return { domains: {}, notes: [] }
  if (typeof value !== 'object' || Array.isArray(value))
    return { reason: 'stubDomains is no JSON object, and what was meant is not known' }
  const entries = Object.entries(value as Record<string, unknown>).map(([domain, servers]) => entryOf(domain, servers))
  const bad = entries.find(e => !isTaken(e.domain, e.servers) || (e.lost.length > 0 && e.servers.length === 0))
  if (bad) return { reason: `stubDomains has "${bad.was}" with nothing in it that kube-dns would take` }
  return { domains: Object.fromEntries(entries.map(e => [e.domain, e.servers])), notes: entries.flatMap(notesOf) }
}

interface Entry {
  readonly was: string
  readonly domain: string
  readonly servers: readonly string[]
  readonly lost: readonly string[]
}

/** A domain is the same in lower case and without the final dot; a server that cannot be one is left out. */
function entryOf(was: string, value: unknown): Entry {
  const domain = was.toLowerCase().replace(/\.$/, '')
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isServer = (server: unknown) => typeof server === 'string' && isTaken('example.com', [server])
  const { good = [], bad = [] } = Object.groupBy(all, server => (isServer(server) ? 'good' : 'bad'))
  return { was, domain, servers: good as readonly string[], lost: bad.map(server => JSON.stringify(server)) }
}

const isTaken = (domain: string, servers: readonly string[]): boolean =>
  configProblems({ stubDomains: JSON.stringify({ [domain]: servers }) }).length === 0

const notesOf = ({ was, domain, lost }: Entry): readonly string[] => [
  ...(was === domain ? [] : [`stub domain ${was} is written as ${domain}`]),
  ...(lost.length === 0 ? [] : [`stub domain ${domain} loses ${list(lost)}, which kube-dns does not take`]),
]

/** Undefined for what is no JSON. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
