// The Kubernetes objects that a snapshot keeps, with just the fields that some rule or report reads.
// Field names and meanings are those of the Kubernetes API reference (v1, apps/v1, discovery.k8s.io/v1).

export interface Meta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export interface Node {
  readonly metadata: Meta
  readonly spec?: {
    readonly providerID?: string
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
  }
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly nodeInfo?: {
      readonly osImage?: string
      readonly architecture?: string
      readonly kubeletVersion?: string
      readonly containerRuntimeVersion?: string
      readonly operatingSystem?: string
    }
  }
}

export interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly targetPort?: number | string
}

export interface Service {
  readonly metadata: Meta
  readonly spec: {
    readonly clusterIP?: string
    readonly clusterIPs?: readonly string[]
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly ServicePort[]
  }
}

export interface EndpointSlice {
  readonly metadata: Meta
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[]
    readonly conditions?: { readonly ready?: boolean }
    readonly nodeName?: string
    readonly targetRef?: { readonly kind?: string; readonly name?: string }
  }[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> }
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[]
}

export interface PodSpec {
  readonly nodeName?: string
  readonly hostNetwork?: boolean
  readonly dnsPolicy?: string
  readonly activeDeadlineSeconds?: number
  readonly containers: readonly Container[]
  readonly volumes?: readonly {
    readonly name: string
    readonly configMap?: {
      readonly name: string
      readonly items?: readonly { readonly key: string; readonly path: string }[]
    }
  }[]
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly exitCode?: number
    readonly reason?: string
    readonly message?: string
    readonly finishedAt?: string
  }
}

export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

export interface Pod {
  readonly metadata: Meta
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly podIP?: string
    /** one of each family that the Pod has */
    readonly podIPs?: readonly { readonly ip: string }[]
    readonly conditions?: readonly Condition[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

/** A Deployment or DaemonSet that runs a DNS server. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet'
  readonly metadata: Meta
  readonly spec: {
    readonly replicas?: number
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> }
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
      readonly spec: PodSpec
    }
  }
  readonly status?: {
    readonly replicas?: number
    readonly readyReplicas?: number
    /** of a DaemonSet */
    readonly numberReady?: number
    readonly desiredNumberScheduled?: number
    readonly conditions?: readonly Condition[]
  }
}

/** Who last wrote which keys (meta/v1 ManagedFieldsEntry): the names of the keys only. */
export interface ManagedFields {
  readonly manager?: string
  readonly operation?: string
  readonly time?: string
  readonly fieldsV1?: { readonly 'f:data'?: Readonly<Record<string, unknown>> }
}

export interface ConfigMap {
  readonly metadata: Meta & { readonly managedFields?: readonly ManagedFields[] }
  readonly data?: Readonly<Record<string, string>>
}
