import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { parseMetrics } from '../../src/snapshot/metrics.ts'
import type { Pod } from '../../src/snapshot/objects.ts'
import { prune, shapes } from '../../src/snapshot/prune.ts'
import type { ContainerLog, Evidence, PodAnswer, Snapshot } from '../../src/snapshot/snapshot.ts'
import { clusterQuestion, externalQuestion } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'

const folder = join(import.meta.dirname, '..', 'evidence', 'kube-dns')

export interface Recording {
  readonly name: string
  /** the folder whose Pod it is, where the recording has none of its own: the same Pod ran on */
  readonly pod: string
  /** `upstreamNameservers`, where there was a ConfigMap */
  readonly upstreamNameservers?: string
  /** what a client got for an external name */
  readonly external: PodAnswer['result']
}

const silent = { silence: 'timeout', ms: 6000 } as const
const refused = { rcode: 'REFUSED', answers: [], ms: 1 }
const answered = { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 14 }
const four = '["8.8.8.8","dns.google","1.1.1.1","9.9.9.9"]'

/** What was recorded, with the ConfigMap of the time and what clients saw (test/evidence/README.md). */
export const recordings: readonly Recording[] = [
  { name: 'noloopdetect', pod: 'noloopdetect', external: silent },
  { name: 'loopdetect', pod: 'loopdetect', external: refused },
  { name: 'configmap-good', pod: 'configmap-good', upstreamNameservers: '["8.8.8.8","8.8.4.4"]', external: answered },
  { name: 'configmap-invalid', pod: 'configmap-good', upstreamNameservers: four, external: answered },
  { name: 'configmap-notjson', pod: 'configmap-good', upstreamNameservers: 'notjson', external: answered },
]

export const recordedText = (recording: string, file: string): string =>
  readFileSync(join(folder, recording, file), 'utf8')

const labels = { 'k8s-app': 'kube-dns' }

/** A cluster around one recorded Pod: what the Pod said is real, Service, kubelet and answers are made to fit. */
export function recordedSnapshot(recording: Recording): Snapshot {
  const pod = prune<Pod>(parse(recordedText(recording.pod, 'pod.yaml')), shapes.pod)
  const { name, namespace = '' } = pod.metadata
  const answer = (question: typeof clusterQuestion, result: PodAnswer['result']) => ({ pod: name, question, result })
  const { upstreamNameservers } = recording
  const maps =
    upstreamNameservers === undefined
      ? []
      : [{ metadata: { name: 'kube-dns', namespace }, data: { upstreamNameservers } }]
  return snapshotOf({
    ...clusterAround(pod),
    pods: [pod],
    configMaps: maps,
    logs: (['dnsmasq', 'kubedns'] as const).flatMap(container => logsOf(recording.name, name, container)),
    metrics: [{ pod: name, samples: parseMetrics(recordedText(recording.name, 'sidecar.metrics')) }],
    questions: [clusterQuestion, externalQuestion],
    answers: [
      answer(clusterQuestion, { rcode: 'NOERROR', answers: ['10.96.0.1'], ms: 2 }),
      answer(externalQuestion, recording.external),
    ],
  })
}

const clusterAround = (pod: Pod): Partial<Evidence> => ({
  version: [{ gitVersion: 'v1.35.4' }],
  ...nodeOf(pod.spec.nodeName ?? ''),
  ...serviceOf(pod),
  workloads: [
    {
      kind: 'Deployment',
      metadata: { name: 'kube-dns', namespace: pod.metadata.namespace ?? '' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod.spec } },
    },
  ],
})

const nodeOf = (name: string): Pick<Evidence, 'nodes' | 'kubelets'> => ({
  nodes: [{ metadata: { name }, status: { nodeInfo: { osImage: 'Ubuntu 24.04.2 LTS', operatingSystem: 'linux' } } }],
  kubelets: [
    { node: name, clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', resolvConf: '/etc/resolv.conf' },
  ],
})

const serviceOf = ({ metadata: { namespace = '' }, status }: Pod): Pick<Evidence, 'services' | 'endpointSlices'> => ({
  services: [
    {
      metadata: { name: 'kube-dns', namespace, labels },
      spec: {
        clusterIP: '10.96.0.10',
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ],
  endpointSlices: [
    {
      metadata: { name: 'kube-dns-x', namespace, labels: { 'kubernetes.io/service-name': 'kube-dns' } },
      endpoints: [{ addresses: [status?.podIP ?? ''], conditions: { ready: true } }],
    },
  ],
})

function logsOf(recording: string, pod: string, container: string): readonly ContainerLog[] {
  if (!existsSync(join(folder, recording, `${container}.log`))) return []
  const text = recordedText(recording, `${container}.log`)
  const part = container === 'dnsmasq' ? 'head' : 'tail'
  return [{ pod, container, part, text }]
}
