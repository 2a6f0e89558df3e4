import ipaddr from 'ipaddr.js'
import { isAddress, plainAddress, sameAddress, splitPort } from './address.ts'

export type Family = 'IPv4' | 'IPv6'

/** What of a cluster decides whether its DNS server can use an upstream. */
export interface Surroundings {
  /** of the DNS Services */
  readonly serviceAddresses: readonly string[]
  /** of the DNS Pods */
  readonly podAddresses: readonly string[]
  /** at which a node-local cache answers in front of the DNS Service */
  readonly cacheAddresses: readonly string[]
  /** of the addresses that Pods have; null where that is not known */
  readonly families: readonly Family[] | null
  /** true where the DNS Pods are on the network of their node, so that its loopback is theirs */
  readonly hostNetwork?: boolean
}

/** An upstream that is refused, and why: a clause that goes on after its address. */
export interface Refusal {
  readonly upstream: string
  readonly reason: string
}

/**
 * Why an address, alone or with a port (`10.0.0.2:5353`, `[fd00::2]:53`), cannot be an upstream of the cluster's DNS server:
 * a clause that goes on after the address. Null when nothing is against it; whether it answers is another matter.
 */
export function whyImproper(upstream: string, around: Surroundings): string | null {
  const { address, port } = splitPort(upstream)
  if (!isAddress(address) || upstream.includes('#')) return whyNoAddress(upstream)
  if (address.includes('%')) return 'has a zone, which means something on one machine only'
  if (port !== null && (port < 1 || port > 65535)) return 'has a port that is not between 1 and 65535'
  return whyOwn(address, around) ?? whySpecial(address, around) ?? whyFamily(address, around)
}

/** At most so many are taken: kubernetes/dns, pkg/dns/config/config.go; CoreDNS, plugin/forward/setup.go (max). */
const most = { 'kube-dns': 3, coredns: 15 } as const

/**
 * What is wrong with a list of upstreams for this DNS server: each improper one, each that stands there twice, and those
 * that are too many. Empty when it can be written as it is.
 */
export function improperUpstreams(
  upstreams: readonly string[],
  engine: 'coredns' | 'kube-dns',
  around: Surroundings,
): readonly Refusal[] {
  return upstreams.flatMap((upstream, at) => {
    const isTwice = upstreams.slice(0, at).some(earlier => isSame(earlier, upstream))
    const reason = whyImproper(upstream, around) ?? (isTwice ? 'is named twice' : null)
    if (reason !== null) return [{ upstream, reason }]
    return at < most[engine] ? [] : [{ upstream, reason: `is one too many: ${engine} takes ${most[engine]} at most` }]
  })
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [splitPort(a), splitPort(b)]
  return sameAddress(one.address, other.address) && (one.port ?? 53) === (other.port ?? 53)
}

const hostName = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9])?)*\.?(:\d+)?$/i

const whyNoAddress = (text: string): string =>
  hostName.test(text) && /[a-z]/i.test(text)
    ? 'is a name, which could only be resolved by what it is to be the upstream of'
    : 'is no IP address, alone or with :PORT'

function whyOwn(address: string, around: Surroundings): string | null {
  const isIn = (addresses: readonly string[]) => addresses.some(a => sameAddress(a, address))
  if (isIn(around.serviceAddresses)) return "is the cluster's own DNS Service: a loop"
  if (isIn(around.podAddresses)) return 'is a DNS Pod of this cluster: a loop'
  // Its stock Corefile sends in-addr.arpa and ip6.arpa to the DNS Pods (kubernetes, cluster/addons/dns/nodelocaldns),
  // whose own lets them fall through to the upstream.
  if (isIn(around.cacheAddresses) || caches.includes(plainAddress(address)))
    return 'is a node-local DNS cache, which asks the DNS Pods in its turn: a loop for reverse names'
  return null
}

/** NodeLocal DNSCache's usual address, kubespray's, and the one of AKS LocalDNS that passes names on to the DNS Pods. */
const caches: readonly string[] = ['169.254.20.10', '169.254.25.10', '169.254.10.11']

/**
 * Resolvers that platforms have on link-local addresses: Amazon VPC; the metadata servers of Google Cloud, Oracle Cloud and
 * OpenStack; Talos host DNS (siderolabs/talos, constants.HostDNSAddress); AKS LocalDNS for names outside the cluster.
 */
const platformResolvers: readonly string[] = ['169.254.169.253', '169.254.169.254', '169.254.116.108', '169.254.10.10']

const stub = "is systemd-resolved's stub, which listens on the loopback of the node: in a Pod nothing is there"
const loopback = 'is a loopback address: in a Pod that is the Pod itself'
const documentation = 'is of a range for examples in documents, which nobody has'
const reserved = 'is of a reserved range, which nobody has'
const multicast = 'is a multicast address, and no server'
const unspecified = 'is no address of a server: it stands for none'

/** Networks without a DNS server, the first that fits; from the IANA registries of special-purpose addresses. */
const special: readonly (readonly [network: string, reason: string])[] = [
  ['127.0.0.53/32', stub],
  ['127.0.0.54/32', stub],
  ['127.0.0.0/8', loopback],
  ['::1/128', loopback],
  ['0.0.0.0/8', unspecified],
  ['::/128', unspecified],
  ['255.255.255.255/32', 'is the broadcast address, and no server'],
  ['224.0.0.0/4', multicast],
  ['ff00::/8', multicast],
  ['240.0.0.0/4', reserved],
  ['100::/64', 'is of a range whose packets are thrown away'],
  ['192.0.2.0/24', documentation],
  ['198.51.100.0/24', documentation],
  ['203.0.113.0/24', documentation],
  ['2001:db8::/32', documentation],
  ['3fff::/20', documentation],
]

function whySpecial(address: string, around: Surroundings): string | null {
  const ip = ipaddr.process(address)
  const own = special.find(([network]) => {
    const [base, bits] = ipaddr.parseCIDR(network)
    return base.kind() === ip.kind() && ip.match(base, bits)
  })
  if (own && !(around.hostNetwork && ip.range() === 'loopback')) return own[1]
  if (ip.range() !== 'linkLocal' || platformResolvers.includes(ip.toString())) return null
  return 'is a link-local address, and none at which a platform is known to have a resolver'
}

function whyFamily(address: string, { families }: Surroundings): string | null {
  const family: Family = ipaddr.process(address).kind() === 'ipv4' ? 'IPv4' : 'IPv6'
  return families && !families.includes(family) ? `is an ${family} address, and Pods here have none` : null
}
