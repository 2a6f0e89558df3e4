import type { Pod, Workload } from '../src/snapshot/objects.ts'
import {
  type Evidence,
  type Gap,
  type Input,
  noEvidence,
  type PodAnswer,
  type Question,
} from '../src/snapshot/snapshot.ts'

/** Whole clusters as evidence, small enough to read: a healthy one, and the founding fault of this tool. */

export const clusterQuestion: Question = {
  name: 'kubernetes.default.svc.cluster.local',
  type: 'A',
  scope: 'cluster',
  expected: ['10.96.0.1'],
}
export const externalQuestion: Question = { name: 'example.com', type: 'A', scope: 'external', expected: [] }

const corefile = (upstream: string) => `.:53 {
    errors
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . ${upstream}
    cache 30
    loop
    reload
}
`

const labels = { 'k8s-app': 'kube-dns' }

const podSpec = (nodeName: string) => ({
  nodeName,
  dnsPolicy: 'Default',
  containers: [
    {
      name: 'coredns',
      image: 'registry.k8s.io/coredns/coredns:v1.14.7',
      args: ['-conf', '/etc/coredns/Corefile'],
      volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns' }],
    },
  ],
  volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
})

export const pod = (name: string, nodeName: string, podIP: string): Pod => ({
  metadata: { name, namespace: 'kube-system', labels },
  spec: podSpec(nodeName),
  status: {
    phase: 'Running',
    podIP,
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [
      { name: 'coredns', ready: true, restartCount: 0, state: { running: { startedAt: '2026-11-22T10:00:00Z' } } },
    ],
  },
})

const looping = (own: Pod): Pod => ({
  ...own,
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [
      {
        name: 'coredns',
        ready: false,
        restartCount: 6,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      },
    ],
  },
})

const workload: Workload = {
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace: 'kube-system', labels },
  spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec('') } },
}

const node = (name: string) => ({
  metadata: { name },
  status: { nodeInfo: { osImage: 'Ubuntu 24.04.2 LTS', kubeletVersion: 'v1.35.4', operatingSystem: 'linux' } },
})

const kubelet = (name: string, resolvConf: string) => ({
  node: name,
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  resolvConf,
})

const rightAnswers = (name: string): readonly PodAnswer[] => [
  { pod: name, question: clusterQuestion, result: { rcode: 'NOERROR', answers: ['10.96.0.1'], ms: 3 } },
  { pod: name, question: externalQuestion, result: { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 14 } },
]

const pods = [pod('coredns-a', 'cp1', '10.244.0.2'), pod('coredns-b', 'w1', '10.244.1.2')]

const slice = (ready: boolean) => ({
  metadata: { name: 'kube-dns-x', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
  endpoints: pods.map(p => ({ addresses: [p.status?.podIP ?? ''], conditions: { ready } })),
})

export const healthy: Evidence = {
  ...noEvidence,
  version: [{ gitVersion: 'v1.35.4' }],
  nodes: [node('cp1'), node('w1')],
  kubelets: [kubelet('cp1', '/run/systemd/resolve/resolv.conf'), kubelet('w1', '/run/systemd/resolve/resolv.conf')],
  services: [
    {
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
      spec: {
        clusterIP: '10.96.0.10',
        clusterIPs: ['10.96.0.10'],
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        ],
      },
    },
  ],
  endpointSlices: [slice(true)],
  workloads: [workload],
  pods,
  configMaps: [
    { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: corefile('/etc/resolv.conf') } },
    { metadata: { name: 'kubeadm-config', namespace: 'kube-system' } },
  ],
  logs: pods.map(p => ({
    pod: p.metadata.name,
    container: 'coredns',
    part: 'tail',
    text: '.:53\n[INFO] plugin/reload: Running configuration SHA512 = 591cf328\nCoreDNS-1.14.7\n',
  })),
  metrics: pods.map(p => ({
    pod: p.metadata.name,
    samples: [
      { metric: 'coredns_build_info', labels: { version: '1.14.7' }, value: 1 },
      {
        metric: 'coredns_proxy_request_duration_seconds_count',
        labels: { proxy_name: 'forward', rcode: 'NOERROR', to: '10.0.0.2:53' },
        value: 8,
      },
    ],
  })),
  readiness: [],
  questions: [clusterQuestion, externalQuestion],
  answers: pods.flatMap(p => rightAnswers(p.metadata.name)),
}

/** Ubuntu nodes whose kubelets hand out systemd-resolved's stub: both DNS Pods crash with the loop plugin's words. */
export const foundingFault: Evidence = {
  ...healthy,
  kubelets: [kubelet('cp1', '/etc/resolv.conf'), kubelet('w1', '/etc/resolv.conf')],
  endpointSlices: [slice(false)],
  pods: pods.map(looping),
  logs: pods.map(p => ({
    pod: p.metadata.name,
    container: 'coredns',
    part: 'previous',
    text: '.:53\nCoreDNS-1.14.7\n[FATAL] plugin/loop: Loop (127.0.0.1:34614 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."\n',
  })),
  metrics: [],
  answers: [],
}

/** The healthy cluster with another upstream in its Corefile. */
export const withUpstream = (upstream: string): Evidence => ({
  ...healthy,
  configMaps: [
    { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: corefile(upstream) } },
    { metadata: { name: 'kubeadm-config', namespace: 'kube-system' } },
  ],
})

/** Kubelets that give Pods this address. */
export const handingOut = (...clusterDNS: readonly string[]): Pick<Evidence, 'kubelets'> => ({
  kubelets: healthy.kubelets.map(k => ({ ...k, clusterDNS })),
})

/** NodeLocal DNSCache on two nodes. */
export const nodeCache = (numberReady: number): Workload => ({
  kind: 'DaemonSet',
  metadata: { name: 'node-local-dns', namespace: 'kube-system' },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'node-local-dns' } },
    template: {
      metadata: { labels: { 'k8s-app': 'node-local-dns' } },
      spec: {
        containers: [{ name: 'node-cache', image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.7' }],
        volumes: [{ name: 'config', configMap: { name: 'node-local-dns' } }],
      },
    },
  },
  status: { numberReady, desiredNumberScheduled: 2 },
})

/** An answer of every DNS Pod to the external question, in place of the right one. */
export const withExternal = (evidence: Evidence, result: PodAnswer['result']): Evidence => ({
  ...evidence,
  answers: evidence.answers.map(a => (a.question.scope === 'external' ? { ...a, result } : a)),
})

/** The evidence without these inputs, and the gaps that say why. */
export function refused(evidence: Evidence, ...inputs: readonly Input[]): { evidence: Evidence; gaps: readonly Gap[] } {
  const empty = Object.fromEntries(inputs.map(input => [input, []]))
  const gaps = inputs.map(input => ({
    input,
    why: 'forbidden' as const,
    detail: `${input} is forbidden: User "reader" cannot`,
    right: { verb: 'get', group: '', resource: input },
  }))
  return { evidence: { ...evidence, ...empty }, gaps }
}
