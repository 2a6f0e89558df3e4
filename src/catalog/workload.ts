import { entry, list, verb } from './entry.ts'

/** 1xx: the DNS Service, its endpoints, and the Pods behind it. */
export const workload = {
  DNS101: entry<{ service: string; expected: string | null }>({
    name: 'ServiceMissing',
    severity: 'error',
    summary:
      'Kubelets write one address into the /etc/resolv.conf of every Pod. No Service has that address, so every query of every Pod goes nowhere.',
    text: a =>
      a.expected
        ? `Pods ask ${a.expected} for names, and no Service has that address`
        : `the DNS Service ${a.service} does not exist`,
    remedy: a =>
      `create the Service ${a.service} again with clusterIP ${a.expected ?? 'that the kubelets have as clusterDNS'}, selector k8s-app=kube-dns, ports 53/UDP and 53/TCP`,
  }),
  DNS102: entry<{ service: string; ready: number; total: number }>({
    name: 'NoReadyEndpoints',
    severity: 'error',
    summary: 'The DNS Service has no ready endpoint: queries to it are dropped or refused at once.',
    text: a => `Service ${a.service} has no ready endpoints (${a.ready} of ${a.total})`,
    remedy: () => 'repair the DNS Pods; the Service follows by itself',
  }),
  DNS103: entry<{ service: string; selector: string; labels: string; pods: number }>({
    name: 'SelectorMismatch',
    severity: 'error',
    summary: 'The DNS Service selects labels that no DNS Pod has, so it has no endpoints although the Pods run.',
    text: a => `Service ${a.service} selects ${a.selector}, but the ${a.pods} DNS Pods are labelled ${a.labels}`,
    remedy: a => `set the selector of Service ${a.service} to ${a.labels}`,
  }),
  DNS104: entry<{ service: string; protocol: string }>({
    name: 'ServicePortMissing',
    severity: 'error',
    summary:
      'DNS needs port 53 over UDP and over TCP: answers that do not fit into a datagram, and NodeLocal DNSCache, come over TCP (RFC 7766).',
    text: a => `Service ${a.service} has no port 53 over ${a.protocol}`,
    remedy: a => `add port 53/${a.protocol} to Service ${a.service}`,
  }),
  DNS105: entry<{ pods: readonly string[] }>({
    name: 'ForwardLoop',
    severity: 'error',
    summary:
      "CoreDNS's loop plugin found its own query coming back and stops the server, so that the loop does not eat the node's memory and CPU. The upstream leads back to CoreDNS.",
    text: a => `${list(a.pods)} ${verb(a.pods, 'crashes', 'crash')}: the loop plugin saw its own query come back`,
    remedy: () => 'give CoreDNS an upstream that is not itself; never just remove the loop plugin',
  }),
  DNS106: entry<{ pods: readonly string[]; reason: string }>({
    name: 'PodsPending',
    severity: 'error',
    summary:
      'DNS Pods exist but do not start: no node takes them, or the node cannot make their network or fetch their image.',
    text: a => `${list(a.pods)} ${verb(a.pods, 'does', 'do')} not start: ${a.reason}`,
    remedy: () => 'do what the reason says: a node, a taint, resources, the network plug-in or the image',
  }),
  DNS107: entry<{ pods: readonly string[]; exitCode: number | null }>({
    name: 'PodsCrashing',
    severity: 'error',
    summary: 'DNS Pods end again and again. The last lines of the previous container usually say why.',
    text: a =>
      `${list(a.pods)} ${verb(a.pods, 'crashes', 'crash')}${a.exitCode === null ? '' : ` with exit code ${a.exitCode}`}`,
    remedy: a => `read kubectl -n kube-system logs --previous ${a.pods[0] ?? 'POD'}`,
  }),
  DNS108: entry<{ pods: readonly string[]; limit: string | null }>({
    name: 'OutOfMemory',
    severity: 'error',
    summary:
      'The kernel killed the DNS server because it passed its memory limit: too many objects to watch, a burst of queries, a slow upstream without max_concurrent, or a hidden loop.',
    text: a =>
      `${list(a.pods)} ${verb(a.pods, 'was', 'were')} killed out of memory${a.limit ? ` (limit ${a.limit})` : ''}`,
    remedy: () => 'raise the memory limit of the DNS workload, and put max_concurrent 1000 into its forward plugin',
  }),
  DNS109: entry<{ workload: string }>({
    name: 'ScaledToZero',
    severity: 'error',
    summary: 'The DNS workload is set to zero replicas: nobody answers.',
    text: a => `${a.workload} is scaled to zero`,
    remedy: a => `kubectl -n kube-system scale ${a.workload} --replicas=2`,
  }),
  DNS110: entry<{ pods: readonly string[] }>({
    name: 'BindFailed',
    severity: 'error',
    summary:
      'The DNS server may not open port 53, or something else has it: NET_BIND_SERVICE was dropped, or a hostNetwork Pod meets a resolver of the node.',
    text: a => `${list(a.pods)} cannot open the DNS port`,
    remedy: () => 'give the container capability NET_BIND_SERVICE, or free port 53 on the node',
  }),
  DNS111: entry<{ pods: readonly string[]; waitingFor: string | null }>({
    name: 'PodsNotReady',
    severity: 'error',
    summary: 'DNS Pods run but are not Ready, so the Service does not send them queries.',
    text: a =>
      `${list(a.pods)} ${verb(a.pods, 'runs but is', 'run but are')} not Ready${a.waitingFor ? `: waiting for ${a.waitingFor}` : ''}`,
    remedy: a =>
      a.waitingFor?.includes('kubernetes')
        ? 'let the DNS Pods reach the API server (network plug-in, kube-proxy) and list EndpointSlices (ClusterRole)'
        : 'read the log of the Pod and the events of kubectl describe',
  }),
  DNS112: entry<{ pods: readonly string[]; name: string; how: string }>({
    name: 'ClusterNamesFail',
    severity: 'error',
    summary: 'A DNS Pod, asked directly, does not give the right address for a name of the cluster.',
    text: a => `${list(a.pods)} ${verb(a.pods, 'answers', 'answer')} ${a.name} with ${a.how}`,
    remedy: () => 'see the causes above; a DNS Pod that has lost the API server needs a restart',
  }),
  DNS113: entry<{ namespace: string }>({
    name: 'ServerMissing',
    severity: 'error',
    summary: 'No Deployment or DaemonSet of a DNS server was found behind the DNS Service.',
    text: a => `no DNS server was found in namespace ${a.namespace}`,
    remedy: () => 'install the DNS add-on again (kubeadm: kubeadm init phase addon coredns)',
  }),
} as const
