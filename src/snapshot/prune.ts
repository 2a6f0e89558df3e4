/** A tree of the fields to keep: `true` keeps a value whole, an object goes on inside, also through arrays. */
export interface Shape {
  readonly [field: string]: true | Shape
}

/**
 * Copies only the fields of `shape`. What no rule reads is dropped at once, so that memory and saved files stay small
 * and nothing private (environment variables, annotations of others) is kept.
 */
export function prune<T>(value: unknown, shape: Shape): T {
  return copy(value, shape) as T
}

function copy(value: unknown, shape: true | Shape): unknown {
  if (shape === true || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(item => copy(item, shape))
  const fields = value as Readonly<Record<string, unknown>>
  const kept = Object.entries(shape).filter(([field]) => fields[field] !== undefined)
  return Object.fromEntries(kept.map(([field, inner]) => [field, copy(fields[field], inner)]))
}

const metadata: Shape = {
  name: true,
  namespace: true,
  labels: true,
  creationTimestamp: true,
  deletionTimestamp: true,
  ownerReferences: { kind: true, name: true },
}

const podSpec: Shape = {
  nodeName: true,
  hostNetwork: true,
  dnsPolicy: true,
  containers: {
    name: true,
    image: true,
    command: true,
    args: true,
    ports: { name: true, containerPort: true, protocol: true },
    resources: { limits: true },
    volumeMounts: { name: true, mountPath: true, subPath: true },
  },
  volumes: { name: true, configMap: { name: true, items: { key: true, path: true } } },
}

const conditions: Shape = { type: true, status: true, reason: true, message: true }

const state: Shape = {
  waiting: { reason: true, message: true },
  running: { startedAt: true },
  terminated: { exitCode: true, reason: true, finishedAt: true },
}

/** What tells who keeps an object and would write it anew; of other annotations nothing is kept. */
const ownership: Shape = {
  annotations: {
    'meta.helm.sh/release-name': true,
    'objectset.rio.cattle.io/owner-name': true,
    'argocd.argoproj.io/tracking-id': true,
    'k0s.k0sproject.io/stack-checksum': true,
  },
  managedFields: { manager: true, operation: true, time: true, fieldsV1: { 'f:data': true } },
}

export const shapes = {
  node: {
    metadata: { name: true, labels: true },
    spec: { providerID: true, unschedulable: true, taints: { key: true, value: true, effect: true } },
    status: {
      conditions,
      nodeInfo: {
        osImage: true,
        architecture: true,
        kubeletVersion: true,
        containerRuntimeVersion: true,
        operatingSystem: true,
      },
    },
  },
  service: { metadata, spec: { clusterIP: true, clusterIPs: true, selector: true, ports: true } },
  endpointSlice: { metadata, endpoints: true, ports: true },
  pod: {
    metadata,
    spec: podSpec,
    status: {
      phase: true,
      podIP: true,
      podIPs: { ip: true },
      conditions,
      containerStatuses: { name: true, ready: true, restartCount: true, state, lastState: state },
    },
  },
  workload: {
    metadata,
    spec: { replicas: true, selector: { matchLabels: true }, template: { metadata: { labels: true }, spec: podSpec } },
    status: { replicas: true, readyReplicas: true, numberReady: true, desiredNumberScheduled: true, conditions },
  },
  configMap: { metadata: { ...metadata, ...ownership }, data: true },
} satisfies Record<string, Shape>
