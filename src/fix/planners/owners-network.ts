/** What to do on the nodes, or in their network, where the upstreams cannot be set in the cluster. */
export function networkSteps(distribution: string, upstreams: readonly string[]): readonly string[] {
  const servers = upstreams.join(' ')
  return distribution === 'aks' ? aks(servers) : k3s(upstreams)
}

/** k3s-io/docs, advanced: the kubelet takes this file as it is, without the check of /etc/resolv.conf. */
const k3s = (upstreams: readonly string[]): readonly string[] => [
  `on each node write ${upstreams.map(u => `"nameserver ${u}"`).join(', ')} into /etc/rancher/k3s/resolv.conf`,
  'on each node add the line "resolv-conf: /etc/rancher/k3s/resolv.conf" to /etc/rancher/k3s/config.yaml',
  'on each node systemctl restart k3s (on agents k3s-agent)',
  'kubectl -n kube-system rollout restart deployment coredns',
]

/** Names outside the cluster go to the DNS servers of the virtual network, which nodes get when they start. */
const aks = (servers: string): readonly string[] => [
  `az network vnet update --resource-group GROUP --name VNET --dns-servers ${servers}`,
  'az vmss restart --resource-group NODE_GROUP --name SCALE_SET (for each node pool, so that nodes take the new servers)',
  'kubectl -n kube-system rollout restart deployment coredns',
]
