import ipaddr from 'ipaddr.js'
import { isAddress } from '../dns/address.ts'
import type { NetworkPolicy, PolicyPeer } from './policy-objects.ts'

type Block = NonNullable<PolicyPeer['ipBlock']>

/** True for an address in the network and in none of its exceptions (networking.k8s.io/v1 IPBlock). */
export const isInBlock = ({ cidr, except }: Block, address: string): boolean =>
  isIn(cidr, address) && !(except ?? []).some(each => isIn(each, address))

function isIn(cidr: string, address: string): boolean {
  if (!isAddress(address)) return false
  const own = ipaddr.process(address)
  const [network, bits] = ipaddr.parseCIDR(cidr)
  return own.kind() === network.kind() && own.match([network, bits])
}

/** Networks of everything, which tell nothing of anybody. */
const isEverything = ({ cidr, except }: Block): boolean => cidr.endsWith('/0') && (except ?? []).length === 0

/** A peer without any would allow all. */
const nobody: PolicyPeer = { ipBlock: { cidr: '0.0.0.0/32' } }

/**
 * The same policy as far as these addresses go, and without its networks: in place of each stand those of the addresses that it
 * holds, so that addresses can be replaced one by one and the policy still means the same ones.
 */
export function withoutNetworks({ metadata, spec }: NetworkPolicy, addresses: readonly string[]): NetworkPolicy {
  const plain = (peers: readonly PolicyPeer[]) => peers.flatMap(peer => spelledOut(peer, addresses))
  const ingress = spec.ingress?.map(rule => (rule.from ? { ...rule, from: plain(rule.from) } : rule))
  const egress = spec.egress?.map(rule => (rule.to ? { ...rule, to: plain(rule.to) } : rule))
  return { metadata, spec: { ...spec, ...(ingress && { ingress }), ...(egress && { egress }) } }
}

function spelledOut(peer: PolicyPeer, addresses: readonly string[]): readonly PolicyPeer[] {
  const { ipBlock } = peer
  if (!ipBlock || isEverything(ipBlock)) return [peer]
  const inside = addresses.filter(address => isInBlock(ipBlock, address))
  if (inside.length === 0) return [nobody]
  return inside.map(address => ({ ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` } }))
}
