import { isAddress } from '../dns/address.ts'
import { configuredUpstreams } from '../kube-dns/config.ts'
import type { Says } from './loaded.ts'

/** The logs of a kube-dns Pod: `dnsmasq` of the running container, `recent` of dnsmasq and kubedns since the change. */
export interface KubeDnsWords {
  readonly dnsmasq: readonly string[]
  readonly recent: readonly string[]
}

/**
 * Whether dnsmasq runs with the servers of this ConfigMap: the nanny prints the arguments of every start, and dnsmasq itself
 * that it started. The nanny and kubedns each judge the ConfigMap and say `ignoring update` (kubernetes/dns,
 * pkg/dnsmasq/nanny.go and pkg/dns/config/sync.go).
 */
export function kubeDnsSays(words: KubeDnsWords, data: Readonly<Record<string, string>>): Says {
  const refused = words.recent.findLast(line => /ignoring update/.test(line))
  if (refused) return { state: 'rejected', line: refused }
  const at = words.dnsmasq.findLastIndex(line => /Starting dnsmasq \[/.test(line))
  const starting = words.dnsmasq[at]
  const hasStarted = words.dnsmasq.slice(at).some(line => /dnsmasq\[\d+\]: started, version/.test(line))
  if (starting && hasStarted && isSame(argumentsOf(starting), serversOf(data)))
    return { state: 'loaded', line: starting }
  return { state: 'waiting' }
}

/** The servers that the nanny adds stand apart, `--server 10.0.0.2`; those of the manifest are `--server=…`. */
const argumentsOf = (line: string): readonly string[] =>
  Array.from(line.matchAll(/ --server (\S+?)(?=\s|\]$)/g), ([, server = '']) => plain(server))

function serversOf(data: Readonly<Record<string, string>>): readonly string[] {
  const stubs = Object.entries((JSON.parse(data.stubDomains || 'null') ?? {}) as Record<string, readonly string[]>)
  const ofDomains = stubs.flatMap(([domain, servers]) => servers.map(server => `/${domain}/${stubServer(server)}`))
  return [...ofDomains, ...configuredUpstreams(data).map(hashed)]
}

/** A server by name was looked up by the nanny: only that the domain has one can be compared. */
const stubServer = (server: string): string => (isAddress(address(server)) ? hashed(server) : '')

const address = (server: string): string => hashed(server).replace(/#\d+$/, '')

/** dnsmasq writes a port as `#53`; whether the brackets of IPv6 stay depends on the version of the nanny. */
const hashed = (server: string): string => plain(server.replace(/^(\[.*\]|[^:]*):(\d+)$/, '$1#$2'))
const plain = (server: string): string => server.replace(/[[\]]/g, '')

const isSame = (running: readonly string[], wanted: readonly string[]): boolean =>
  running.length === wanted.length &&
  wanted.every(server => running.some(own => own === server || (server.endsWith('/') && own.startsWith(server))))
