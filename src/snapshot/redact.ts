import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { withoutNetworks } from './blocks.ts'
import type { Snapshot } from './snapshot.ts'

const v4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g
const v6 = /(?<![0-9a-z:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-z:.])/gi

/** As in the names that AWS gives to nodes. */
const dashed = /(?<!\d|\d-)(?:\d{1,3}-){3}\d{1,3}(?!\d|-\d)/g

/** Names that clients asked for, as CoreDNS (plugins errors and log) and dnsmasq write them. */
const asked = [
  /(plugin\/errors: \d+ )(\S+?)(\.? [A-Z]+:)/g,
  /("[A-Z]+ IN )(\S+?)(\.? (?:udp|tcp) )/g,
  /((?:query\[\w+\]|forwarded|reply|cached) )(\S+)( (?:from|to|is) )/g,
]

/** Addresses that say what is wrong and of nobody where: loopback, link-local, and those that nobody can have. */
const tellingRanges = new Set(['loopback', 'unspecified', 'linkLocal', 'multicast', 'broadcast', 'reserved'])

/**
 * A copy of the snapshot with every address, every node's name and every name that was asked for replaced: the same one by the same
 * substitute throughout, so that the evidence still fits together and is judged as before. Addresses become ones of
 * 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180). The name that every cluster has stays.
 */
export function redact(snapshot: Snapshot): Snapshot {
  const address = substitutes((n, text) =>
    text.includes(':') ? `2001:2::${n.toString(16)}` : `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
  )
  // One address may be spelled in several ways.
  const hide = (found: string) => (isTelling(found) ? found : address(ipaddr.parse(found).toString()))
  const name = substitutes(n => `name-${n}.redacted`)
  const names = askedNames(snapshot)
  const node = nodeNames(snapshot)
  const text = (value: string): string => {
    const own = names.find(each => value === each || value.startsWith(`${each}.`))
    if (own !== undefined) return name(own) + value.slice(own.length)
    const named = asked.reduce(
      (t, p) => t.replace(p, (_, before, found, after) => `${before}${isOurs(found) ? found : name(found)}${after}`),
      node(value),
    )
    const dashes = (found: string) => hide(found.replaceAll('-', '.')).replaceAll('.', '-')
    return named.replace(v4, hide).replace(v6, hide).replace(dashed, dashes)
  }
  const { server, ...rest } = withPlainPolicies(snapshot)
  return { ...(mapStrings(rest, text) as Omit<Snapshot, 'server'>), server: server === '' ? '' : 'https://redacted' }
}

/** A network holds no substitutes: policies are about the addresses that were asked, one by one. */
function withPlainPolicies(snapshot: Snapshot): Snapshot {
  const { evidence } = snapshot
  const asked = [...new Set(evidence.observations.map(o => o.to.address))]
  const networkPolicies = evidence.networkPolicies.map(policy => withoutNetworks(policy, asked))
  return { ...snapshot, evidence: { ...evidence, networkPolicies } }
}

/** The names that were asked for, but for those that every cluster has; a step through the search list begins with one. */
function askedNames({ evidence }: Snapshot): readonly string[] {
  const questions = evidence.questions.filter(q => q.scope === 'external')
  const probed = evidence.observations
    .map(o => o.question)
    .filter(q => q.about === 'headless' || q.about === 'external')
  return [...new Set([...questions, ...probed].map(q => q.name))]
}

/**
 * Puts node-1, node-2, … for the names of nodes. In a text a name of letters only is left: it tells no address, and may be
 * any word. So is a name that is an address, which has to stay one.
 */
function nodeNames({ evidence, gaps }: Snapshot): (text: string) => string {
  const known = new Map<string, string>()
  const add = (name: string | undefined, substitute = `node-${new Set(known.values()).size + 1}`) => {
    if (name && isIP(name) === 0 && !known.has(name)) known.set(name, substitute)
  }
  for (const { metadata } of evidence.nodes) {
    add(metadata.name)
    add(metadata.labels?.['kubernetes.io/hostname'], known.get(metadata.name))
  }
  for (const kubelet of evidence.kubelets) add(kubelet.node)
  // A rule's fixture need not have more of an object than the rule reads.
  for (const pod of evidence.pods) add(pod.spec?.nodeName)
  for (const slice of evidence.endpointSlices) for (const endpoint of slice.endpoints ?? []) add(endpoint.nodeName)
  for (const gap of gaps) if (gap.input === 'kubelets') add(gap.object)
  const inText = [...known.keys()].filter(each => /[\d.-]/.test(each)).sort((a, b) => b.length - a.length)
  if (inText.length === 0) return text => known.get(text) ?? text
  const pattern = new RegExp(`(?<![\\w.])(?:${inText.map(escaped).join('|')})(?![\\w-]|\\.\\w)`, 'g')
  return text => known.get(text) ?? text.replace(pattern, found => known.get(found) ?? found)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const isOurs = (name: string): boolean => /^kubernetes\.default\.svc\./.test(name)

/** Also true for what only looks like an address, as `::` in a log line does. */
function isTelling(text: string): boolean {
  return !ipaddr.isValid(text) || tellingRanges.has(ipaddr.process(text).range())
}

/** The same substitute for the same text, numbered in the order of appearance. */
function substitutes(make: (n: number, text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    const substitute = known.get(text) ?? make(known.size + 1, text)
    known.set(text, substitute)
    return substitute
  }
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map(item => mapStrings(item, map))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]))
}
