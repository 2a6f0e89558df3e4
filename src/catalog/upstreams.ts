import { entry, list, verb } from './entry.ts'

/** systemd-resolved's stub, or an address that nobody saw, which most often is that. */
const isStub = (addresses: readonly string[]): boolean => addresses.length === 0 || addresses.includes('127.0.0.53')

/** 3xx: where the DNS server sends the names that are not the cluster's own. */
export const upstreams = {
  DNS301: entry<{ addresses: readonly string[]; from: 'resolv.conf' | 'Corefile' | 'ConfigMap' }>({
    name: 'UpstreamLoopback',
    severity: 'error',
    summary:
      'The upstream is a loopback address. Inside the Pod that is the Pod itself, not the resolver of the node (systemd-resolved listens on 127.0.0.53 of the node only), so the server asks itself or nobody.',
    text: a =>
      a.addresses.length
        ? `the DNS Pods ask ${list(a.addresses)}, which inside a Pod is the Pod itself`
        : 'the DNS Pods ask a loopback address, which inside a Pod is the Pod itself',
    remedy: a =>
      a.from === 'resolv.conf'
        ? `set resolvConf of every kubelet (ConfigMap kubelet-config and /var/lib/kubelet/config.yaml) to a file with the node's real resolvers${isStub(a.addresses) ? ', /run/systemd/resolve/resolv.conf where systemd-resolved runs' : ''}; check that the file exists there, restart the kubelet, re-create the DNS Pods. Or name two real resolvers in the forward plugin (kube-dns: upstreamNameservers)`
        : `name resolvers that Pods can reach in the ${a.from}`,
  }),
  DNS302: entry<{ upstreams: readonly string[]; how: string }>({
    name: 'UpstreamSilent',
    severity: 'error',
    summary:
      'The DNS Pods ask an upstream and get no answer: a firewall drops port 53, the address is wrong, or the resolver is down.',
    text: a =>
      a.upstreams.length
        ? `the ${verb(a.upstreams, 'upstream', 'upstreams')} ${list(a.upstreams)} ${verb(a.upstreams, 'does', 'do')} not answer: ${a.how}`
        : `the upstream, which could not be seen, does not answer: ${a.how}`,
    remedy: () =>
      'open UDP and TCP port 53 from the nodes to the upstream, or name a resolver that answers (on a closed network ask with --name for a name that it has, or with --no-external)',
  }),
  DNS303: entry<{ why: string }>({
    name: 'NoUpstream',
    severity: 'error',
    summary: 'The DNS server has no upstream: names outside the cluster cannot be resolved.',
    text: a => `the DNS Pods have no upstream for names outside the cluster: ${a.why}`,
    remedy: () => 'name resolvers: forward . IP IP in the Corefile, or upstreamNameservers in the ConfigMap kube-dns',
  }),
  DNS304: entry<{ address: string }>({
    name: 'UpstreamIsClusterDns',
    severity: 'error',
    summary: "The upstream is the cluster's own DNS Service: the DNS server asks itself in a circle.",
    text: a => `the DNS Pods forward to ${a.address}, their own Service`,
    remedy: () => 'name a resolver outside the cluster as the upstream',
  }),
  DNS305: entry<{ pods: readonly string[]; name: string; how: string }>({
    name: 'ExternalNamesFail',
    severity: 'error',
    summary: 'A DNS Pod, asked directly, does not resolve a name outside the cluster.',
    text: a => `${list(a.pods)} ${verb(a.pods, 'answers', 'answer')} ${a.name} with ${a.how}`,
    remedy: () => 'see the causes above; on a closed network ask with --name for a name it has, or with --no-external',
  }),
} as const
