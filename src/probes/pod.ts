import type { From } from '../snapshot/observations.ts'
import type { PodParts, ProbeContainer, Resources } from './prober.ts'

/** The labels of every probe Pod; `app.kubernetes.io/instance` is added and names the run. */
export const probeLabels = {
  'app.kubernetes.io/name': 'kubectl-dnsfix',
  'app.kubernetes.io/component': 'probe',
} as const

export const runLabel = 'app.kubernetes.io/instance'

export interface PodFrame {
  readonly name: string
  readonly run: string
  readonly node: string
  readonly from: From
  /** the Pod ends by itself after this many seconds, whatever became of us */
  readonly deadlineSeconds: number
}

/**
 * The manifest of a probe Pod: what Pod Security's `restricted` level lets pass (kubernetes.io, Pod Security Standards), without
 * a token, on one node whatever its taints. The scheduler places it as it places a DaemonSet's Pods.
 */
export function podManifest(frame: PodFrame, parts: PodParts): object {
  const isHost = frame.from === 'host'
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(frame, parts),
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: frame.deadlineSeconds,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(isHost ? { hostNetwork: true } : {}),
      dnsPolicy: isHost ? 'ClusterFirstWithHostNet' : 'ClusterFirst',
      affinity: { nodeAffinity: onlyOn(frame.node) },
      tolerations: [{ operator: 'Exists' }],
      securityContext: nobody,
      containers: parts.containers.map(restricted),
      ...(parts.volumes ? { volumes: parts.volumes } : {}),
    },
  }
}

/** A mesh is told to stay away: it would put its own proxy before port 53, and needs rights that a restricted Pod has not. */
const metadataOf = ({ name, run }: PodFrame, { annotations }: PodParts) => ({
  name,
  labels: { ...probeLabels, [runLabel]: run, 'sidecar.istio.io/inject': 'false' },
  annotations: { 'linkerd.io/inject': 'disabled', ...annotations },
})

/** The user of CoreDNS's own image (its Dockerfile: nonroot). */
const uid = 65532

const nobody = {
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: uid,
  seccompProfile: { type: 'RuntimeDefault' },
}

const onlyOn = (node: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  },
})

const usual: Resources = { requests: { cpu: '20m', memory: '24Mi' }, limits: { cpu: '200m', memory: '96Mi' } }

/**
 * CoreDNS's program has a file capability and does not start without it; `NET_BIND_SERVICE` is the one that `restricted`
 * allows. Limits are there because a quota on them would refuse a Pod without.
 */
const restricted = (container: ProbeContainer): object => ({
  ...container,
  imagePullPolicy: 'IfNotPresent',
  resources: container.resources ?? usual,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
  },
})
