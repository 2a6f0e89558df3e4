import type { Target } from '../snapshot/observations.ts'
import { entry, list, verb } from './entry.ts'

/** 501 to 507 and 512: the way between Pods, the DNS Service and the DNS Pods, as probe Pods measured it. */
export const network = {
  DNS501: entry<{
    service: string
    address: string
    askedPods: 'same-family' | 'other-family'
    nodes: readonly string[]
    how: string
  }>({
    name: 'ServicePathBroken',
    severity: 'error',
    summary:
      "From a node the DNS Service's address is silent, while every DNS Pod behind it answers there directly. What turns the Service's address into a Pod's is broken on that node: kube-proxy or what replaces it, or its rules for this Service. With a bridge as Pod network br_netfilter may be missing; with VXLAN the checksum offload of the network card may spoil what was turned.",
    text: a =>
      `from ${list(a.nodes)} the DNS Service ${a.service} (${a.address}) does not answer, while the DNS Pods do when asked directly${a.askedPods === 'other-family' ? ' at their addresses of the other family, the only ones asked' : ''}: ${a.how}`,
    remedy: a =>
      `look at kube-proxy on ${list(a.nodes)}: kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide, then the log of the one there; on the node ${a.address.includes(':') ? 'ip6tables-save' : 'iptables-save'} | grep ${a.address} (ipvsadm -Ln, nft list ruleset) must show the rules; restart it when they are missing. Where they are right: modprobe br_netfilter, and for VXLAN ethtool -K flannel.1 tx-checksum-ip-generic off`,
  }),
  DNS502: entry<{
    nodes: readonly string[]
    pods: readonly string[]
    answering: readonly string[]
    where: 'other-nodes' | 'same-node' | 'anywhere'
    how: string
  }>({
    name: 'PodPathBroken',
    severity: 'error',
    summary:
      'DNS Pods that live are silent from a node, over every protocol. Between nodes that is the overlay or the routing of the Pod network (VXLAN 8472 or 4789/UDP, Geneve 6081/UDP, BGP, IPIP, WireGuard 51820/UDP); on one node it is its bridge or firewall.',
    text: a =>
      `from ${list(a.nodes)} ${list(a.pods)}${a.where === 'other-nodes' ? ` on ${a.nodes.length > 1 ? 'other nodes' : 'another node'}` : a.where === 'same-node' ? ' on the same node' : ''} ${verb(a.pods, 'does', 'do')} not answer${elsewhereWords(a.pods, a.answering)}: ${a.how}`,
    remedy: a =>
      a.where === 'other-nodes'
        ? `repair the Pod network between the nodes: let its ports through between them (VXLAN 8472 or 4789/UDP, Geneve 6081/UDP, BGP 179/TCP, IPIP), look at the network plug-in's Pods on ${list(a.nodes)} (kubectl get pods -A -o wide --field-selector spec.nodeName=${a.nodes[0] ?? 'NODE'}) and at the routes to the Pods' addresses (ip route)`
        : `look on ${list(a.nodes)} at what drops packets between Pods: iptables -S FORWARD (policy DROP of Docker or ufw), firewalld, the network plug-in's own policies and its Pods on that node`,
  }),
  DNS503: entry<{
    protocol: 'udp' | 'tcp'
    nodes: readonly string[]
    targets: readonly string[]
    how: string
  }>({
    name: 'ProtocolBlocked',
    severity: 'error',
    summary:
      'One protocol is silent where the other answers. DNS needs both: resolvers begin with UDP, and take TCP for answers that do not fit into a datagram (RFC 7766). A firewall, a security group or a rule for one protocol only does this.',
    text: a =>
      `${a.protocol.toUpperCase()} does not get through from ${list(a.nodes)} to ${list(a.targets)}, ${a.protocol === 'udp' ? 'TCP' : 'UDP'} does: ${a.how}`,
    remedy: a =>
      `allow port 53/${a.protocol.toUpperCase()} from ${list(a.nodes)} to ${list(a.targets)}: security groups and firewalls between the nodes and before the upstreams, on the node iptables-save | grep -w 53 (nft list ruleset), and kubectl get networkpolicies -A`,
  }),
  DNS504: entry<{ pods: readonly string[]; nodes: readonly string[]; how: string }>({
    name: 'DnsPodFails',
    severity: 'error',
    summary:
      'A DNS Pod that is Ready is silent, or answers names of the cluster wrongly, whoever asks it. The Service sends its share of the queries there, so that some fail, anywhere and at any time.',
    text: a =>
      `${list(a.pods)} ${verb(a.pods, 'fails', 'fail')}, asked from ${list(a.nodes)} for names of the cluster: ${a.how}`,
    remedy: a =>
      `read the log, kubectl -n kube-system logs ${a.pods[0] ?? 'POD'}, then re-create the Pod: kubectl -n kube-system delete pod ${a.pods[0] ?? 'POD'}. If the new one fails on the same node too, that node is the fault`,
  }),
  DNS505: entry<{
    nodes: readonly string[]
    targets: readonly Target['kind'][]
    host: 'answered' | 'silent' | 'not-asked'
    how: string
  }>({
    name: 'NodeCutOff',
    severity: 'error',
    summary:
      'From Pods on a node nothing answers of all that was asked, although some of it lives. The Pod network of that node is down, the node itself is cut off (--host-network tells which), or something keeps the Pods from it that was not seen, as a policy of the network plug-in.',
    text: a => `from Pods on ${list(a.nodes)} nothing answers, ${noneOf(a.targets)} (${a.how})${hostWords[a.host]}`,
    remedy: a =>
      `${a.host === 'silent' ? 'look at the network of the node itself (links, routes, firewall), then at' : 'look at'} the network plug-in on ${list(a.nodes)}: kubectl get pods -A -o wide --field-selector spec.nodeName=${a.nodes[0] ?? 'NODE'}, the logs of its Pods, kubectl get networkpolicies -A, and on the node iptables -S FORWARD${a.host === 'not-asked' ? '; kubectl dnsfix verify --host-network tells the node from its Pod network' : ''}`,
  }),
  DNS507: entry<{
    policies: readonly string[]
    direction: 'egress' | 'ingress'
    namespace: string
    protocols: readonly string[]
    pods: readonly string[]
  }>({
    name: 'NetworkPolicyBlocks',
    severity: 'error',
    summary:
      "DNS is silent, and NetworkPolicies do not let it through: those of the Pods' namespace select them for egress and none allows port 53 to the DNS Pods, or those of the DNS Pods' namespace do so for ingress.",
    text: a =>
      a.direction === 'egress'
        ? `NetworkPolicy ${list(a.policies)} ${verb(a.policies, 'lets', 'let')} no Pod of namespace ${a.namespace} ask ${list(a.pods)} over ${a.protocols.join(' and ')}`
        : `NetworkPolicy ${list(a.policies)} ${verb(a.policies, 'keeps', 'keep')} Pods of namespace ${a.namespace} from asking ${list(a.pods)} over ${a.protocols.join(' and ')}`,
    remedy: a =>
      a.direction === 'egress'
        ? `add a NetworkPolicy to namespace ${a.namespace} that allows egress to port 53, UDP and TCP, of namespaceSelector kubernetes.io/metadata.name: kube-system with podSelector k8s-app: kube-dns (kubectl -n ${a.namespace} describe networkpolicies shows what there is)`
        : `allow ingress from every namespace (from: namespaceSelector: {}) to the port of the DNS Pods, UDP and TCP, in ${list(a.policies)}`,
  }),
  DNS512: entry<{ address: string; nodes: readonly string[]; how: string }>({
    name: 'NodeResolverSilent',
    severity: 'error',
    summary:
      'The kubelet gives Pods the address of a resolver that is no Service, most often a cache on the node (NodeLocal DNSCache). It is silent, so no Pod there resolves anything, although the DNS behind it answers.',
    text: a =>
      `from ${list(a.nodes)} the resolver ${a.address}, which the kubelet gives Pods, does not answer, while the DNS behind it does: ${a.how}`,
    remedy: a =>
      `look at the cache on ${list(a.nodes)}: kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide, its log, and on the node ip address show to ${a.address}; where none is meant to run, correct clusterDNS of the kubelet`,
  }),
} as const

const hostWords = {
  answered: '; in the network of the node itself there are answers',
  silent: '; from the network of the node itself nothing answers either',
  'not-asked': '',
} as const

const kindWords = {
  service: 'the DNS Service',
  resolver: 'the resolver that the kubelet hands out',
  pod: 'DNS Pods',
  upstream: 'upstreams',
} as const

/** `neither the DNS Service nor DNS Pods`: of what was asked and nothing else. */
function noneOf(kinds: readonly Target['kind'][]): string {
  const words = kinds.map(kind => kindWords[kind])
  return words.length > 1 ? `neither ${words.join(' nor ')}` : `not ${words.join()}`
}

function elsewhereWords(pods: readonly string[], answering: readonly string[]): string {
  if (answering.length === 0) return ''
  if (answering.length < pods.length)
    return `, although ${list(answering)} ${verb(answering, 'answers', 'answer')} elsewhere`
  return `, although ${verb(pods, 'it answers', 'they answer')} elsewhere`
}
