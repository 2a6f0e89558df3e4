import type { Code } from '../catalog.ts'

/** A Kubernetes object as the API server gives it, whole: what is not understood has to survive. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** Where the repair is made: in the DNS server's configuration, in kubeadm's, on the nodes, or in another object. */
export type Method = 'configmap' | 'kubeadm' | 'kubelet' | 'object'

/** `safe`: nothing restarts; `restarts`: DNS Pods, what runs in them, or kubelets restart, one after the other; `disruptive`: names may fail meanwhile. */
export type Risk = 'safe' | 'restarts' | 'disruptive'

/** What has to be seen before a change counts as made. */
export type Settled = 'nothing' | 'corefile-loaded' | 'kube-dns-loaded' | 'dns-pods-ready'

interface Why {
  /** the findings that it repairs */
  readonly codes: readonly Code[]
  /** one sentence */
  readonly why: string
  /** who is repaired by it, as a sentence fragment: `every Pod with dnsPolicy Default on w1` */
  readonly reach: string
  readonly risk: Risk
  /** what does not take it back, and what does, a sentence each */
  readonly survives: readonly string[]
}

/** An object that is created (no `before`), replaced, or deleted (no `after`). */
export interface ObjectChange extends Why {
  readonly kind: 'object'
  /** its path in the API, `/api/v1/namespaces/kube-system/configmaps/coredns` */
  readonly path: string
  readonly before: KubeObject | null
  readonly after: KubeObject | null
  readonly awaits: Settled
}

/** A file on a node, written through a short-lived Pod there; the kubelet is restarted and the node's DNS Pods made anew. */
export interface NodeChange extends Why {
  readonly kind: 'node'
  readonly node: string
  readonly file: string
  /** null: there is no such file yet */
  readonly before: string | null
  /** null: the file is removed, which is the way back of one that was made */
  readonly after: string | null
}

export type Change = ObjectChange | NodeChange

/** A way that is not gone, and why. `steps` is what to do instead, by hand or where the owner keeps the setting. */
export interface Refusal {
  readonly method: Method
  readonly reason: string
  readonly steps: readonly string[]
}

/** What is going to be done, in this order. Pure data: it is shown, checked, journalled, applied and taken back. */
export interface Plan {
  readonly method: Method
  readonly changes: readonly Change[]
  /** what has to be known and is no change: nodes left out, what new nodes will get */
  readonly notes: readonly string[]
}

/** All ways that there are for a finding, the best first, and those that are refused. */
export interface Choice {
  readonly plans: readonly Plan[]
  readonly refused: readonly Refusal[]
}
