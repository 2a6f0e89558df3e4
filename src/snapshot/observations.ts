import type { Silence as StreamSilence } from '../dns/query.ts'

/** `pod`: a probe in the Pod network, as users' Pods are; `host`: one in the node's own network. */
export type From = 'pod' | 'host'
export type Protocol = 'udp' | 'tcp'

/** What a probe asks. */
export interface Target {
  /** `service`: the DNS Service; `resolver`: what the kubelet hands out where that is no Service (a node-local cache) */
  readonly kind: 'service' | 'resolver' | 'pod' | 'upstream'
  /** of the Service or of the DNS Pod; the address of a resolver or an upstream */
  readonly name: string
  readonly address: string
  readonly port: number
  /** where a DNS Pod runs */
  readonly node?: string
}

/** What a probe asks for. */
export interface ProbeQuestion {
  /** absolute, without the final dot */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'PTR'
  /** `search` is a step through the search list, which becomes a SearchCost and no cell of the matrix */
  readonly about: 'cluster' | 'headless' | 'reverse' | 'external' | 'search'
  /** of which the answer must hold one; empty when any answer will do */
  readonly expected: readonly string[]
}

/** `unreachable`: the network said so; `unknown`: a reply came and held no record (k8s-dns-sidecar tells no more). */
export type Silence = StreamSilence | 'unreachable' | 'unknown'

/** How one question was answered, or how it was not. Milliseconds as a Pod there waits them. */
export type ProbeResult =
  | { readonly rcode: string; readonly answers: readonly string[]; readonly ms: number }
  | { readonly silence: Silence; readonly ms: number }

/** One cell of the matrix node × target × protocol × name. */
export interface Observation {
  readonly node: string
  readonly from: From
  readonly to: Target
  readonly protocol: Protocol
  readonly question: ProbeQuestion
  readonly result: ProbeResult
}

/**
 * `relay`: CoreDNS passes questions on; `sidecar`: k8s-dns-sidecar counts (UDP) and dnsmasq passes on (TCP), answers over UDP are
 * not seen; `exec`: dig or nslookup in an image of the user's.
 */
export type Prober = 'relay' | 'sidecar' | 'exec'

/** A probe Pod that ran and asked. One that did not is a gap of the input `probes`, with the node as its object. */
export interface Probe {
  readonly node: string
  readonly from: From
  readonly namespace: string
  readonly pod: string
  readonly prober: Prober
}

/** What a Pod's resolver makes of a name: with ndots and its search list one name is many queries. */
export interface SearchCost {
  readonly node: string
  readonly name: string
  readonly ndots: number
  /** every name that is asked for, in order, and how it was answered; the last one ends the search */
  readonly tried: readonly { readonly name: string; readonly result: ProbeResult }[]
  /** A and AAAA of each */
  readonly queries: number
}
