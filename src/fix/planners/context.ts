import type { Code } from '../../catalog.ts'
import type { Finding } from '../../finding.ts'
import type { Snapshot } from '../../snapshot/snapshot.ts'
import type { KubeObject, Method, Plan, Refusal } from '../plan.ts'

/** What the user said about the repair. */
export interface FixOptions {
  readonly method: Method | undefined
  /** limits the repair to this finding */
  readonly code: Code | undefined
  /** IP or IP:PORT; empty: the nodes' real resolvers */
  readonly upstreams: readonly string[]
  /** domain → its DNS servers */
  readonly stubDomains: Readonly<Record<string, readonly string[]>>
}

/** What was seen on one node, of that which decides where its kubelet gets the resolv.conf for Pods. */
export interface NodeFacts {
  readonly node: string
  readonly ready: boolean
  readonly osImage: string
  /** the file that the kubelet really hands out: flags and configuration merged */
  readonly resolvConf: string
  /** path → text; null: there is no such file */
  readonly files: Readonly<Record<string, string | null>>
  /** the real ones, of /run/systemd/resolve/resolv.conf or another file there */
  readonly resolvers: readonly string[]
  /** the text of the file that holds KUBELET_EXTRA_ARGS; null: there is none */
  readonly kubeletFlags: string | null
  /** the text of /var/lib/kubelet/config.yaml; null: there is none */
  readonly configYaml: string | null
  /** whether the program kubeadm is there; undefined: not looked for */
  readonly kubeadm?: boolean
  /** why the node could not be looked at; null when it was */
  readonly problem: string | null
}

/** All that a planner goes by. */
export interface FixContext {
  readonly snapshot: Snapshot
  readonly findings: readonly Finding[]
  /** the finding from which the others follow */
  readonly cause: Finding | null
  /** path in the API → the object, read whole: the ConfigMaps of DNS, kubelet-config, Services, Deployments, ClusterRoles */
  readonly objects: ReadonlyMap<string, KubeObject>
  readonly options: FixOptions
  readonly nodeFacts: readonly NodeFacts[]
}

/** One way to repair. Null: nothing here is its concern. */
export interface Planner {
  readonly name: string
  /** the findings that it repairs */
  readonly codes: readonly Code[]
  plan(context: FixContext): Plan | Refusal | null
}
