import { entry, list, verb } from './entry.ts'

/** 4xx: what kubelets write into Pods. */
export const nodes = {
  DNS401: entry<{ nodes: readonly string[]; alike: readonly string[]; path: string }>({
    name: 'ResolvConfStub',
    severity: 'warning',
    summary:
      "The kubelet copies this file of its node into every Pod with dnsPolicy Default, the DNS Pods among them. It names the node's own loopback resolver, which Pods cannot reach.",
    text: a =>
      `kubelet on ${list(a.nodes)} hands out ${a.path}, which names a resolver on the node's loopback, as systemd-resolved's stub 127.0.0.53 is${a.alike.length ? ` (${list(a.alike)} has the same setting)` : ''}`,
    remedy: () =>
      "set resolvConf in ConfigMap kubelet-config and on each node to a file with the node's real resolvers (/run/systemd/resolve/resolv.conf where systemd-resolved runs), restart the kubelet, re-create the DNS Pods",
  }),
  DNS402: entry<{ nodes: readonly string[]; clusterDNS: readonly string[]; service: string; clusterIP: string }>({
    name: 'ClusterDnsMismatch',
    severity: 'error',
    summary:
      'The kubelet writes an address into the /etc/resolv.conf of Pods which is not that of the DNS Service: Pods on this node ask the wrong address.',
    text: a =>
      `kubelet on ${list(a.nodes)} gives Pods ${a.clusterDNS.length ? list(a.clusterDNS) : 'no DNS server at all'}, but Service ${a.service} is ${a.clusterIP}`,
    remedy: a =>
      `set clusterDNS: [${a.clusterIP}] in the configuration of the kubelet on ${list(a.nodes)}, restart it and re-create its Pods`,
  }),
  DNS403: entry<{ nodes: readonly string[]; clusterDomain: string; zones: readonly string[] }>({
    name: 'ClusterDomainMismatch',
    severity: 'error',
    summary:
      'The kubelet gives Pods a cluster domain that the DNS server does not serve: short names of Services do not resolve.',
    text: a =>
      `kubelet on ${list(a.nodes)} gives Pods the cluster domain ${a.clusterDomain || '(none)'}, but the DNS server serves ${list(a.zones)}`,
    remedy: a =>
      `add the zone ${a.clusterDomain || 'of the kubelets'} to the kubernetes plugin (kube-dns: --domain), or correct clusterDomain of the kubelets`,
  }),
  DNS404: entry<{ nodes: readonly string[]; pods: readonly string[]; path: string }>({
    name: 'ResolvConfNotTaken',
    severity: 'warning',
    summary:
      'The kubelet was repaired and hands out real resolvers now, but it copies the file when a Pod is made: the DNS Pods are older and still have the stub.',
    text: a =>
      `kubelet on ${list(a.nodes)} hands out ${a.path} now, but ${list(a.pods)} ${verb(a.pods, 'was', 'were')} made before that`,
    remedy: a =>
      `re-create them one after the other: kubectl -n kube-system delete pod ${a.pods[0] ?? 'POD'}, then the next`,
  }),
  DNS405: entry<{ node: string; pods: readonly string[]; why: string }>({
    name: 'NodeNotReady',
    severity: 'error',
    summary:
      'A node that DNS Pods run on is not Ready: Kubernetes takes its Pods out of the Service, whether they still run or not.',
    text: a => `node ${a.node} is not Ready (${a.why}), and ${list(a.pods)} ${verb(a.pods, 'runs', 'run')} there`,
    remedy: a =>
      `repair the node (kubectl describe node ${a.node}; on it systemctl status kubelet), or let its DNS Pods start elsewhere: kubectl drain ${a.node} --ignore-daemonsets`,
  }),
} as const
