import { ClusterError } from '../errors.ts'
import { world } from '../layout.ts'

/** A state of the cluster's DNS. */
export interface Variant {
  engine: 'coredns' | 'kube-dns'
  /** Which file kubelets hand to Pods: systemd-resolved's stub, or its list of real resolvers. */
  resolvConf: string
  /** Whether dnsmasq drops upstreams that lead back to itself. */
  loopDetect?: boolean
  /** What the ConfigMap kube-dns names as upstreams. */
  upstreams?: readonly string[]
  /** Whether names of the outside world resolve. */
  healthy: boolean
}

const stub = '/etc/resolv.conf'
const real = '/run/systemd/resolve/resolv.conf'
const kubeDns = { engine: 'kube-dns', resolvConf: stub } as const

/** The states that the cluster can be put in. */
export const variants = {
  'coredns-loop': { engine: 'coredns', resolvConf: stub, healthy: false },
  'coredns-healthy': { engine: 'coredns', resolvConf: real, healthy: true },
  'kube-dns-noloopdetect': { ...kubeDns, loopDetect: false, healthy: false },
  'kube-dns-loopdetect': { ...kubeDns, loopDetect: true, healthy: false },
  'kube-dns-healthy': { ...kubeDns, loopDetect: false, upstreams: world.resolvers, healthy: true },
  'kube-dns-healthy-loopdetect': { ...kubeDns, loopDetect: true, upstreams: world.resolvers, healthy: true },
} as const satisfies Record<string, Variant>

export type VariantName = keyof typeof variants

/** The variant of that name, from the command line. */
export function variantName(name: string): VariantName {
  if (name in variants) return name as VariantName
  throw new ClusterError(`There is no variant "${name}".`, `Choose one of ${Object.keys(variants).join(', ')}.`)
}
