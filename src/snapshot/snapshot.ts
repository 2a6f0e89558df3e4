import type { ConfigMap, EndpointSlice, Node, Pod, Service, Workload } from './objects.ts'
import type { Observation, Probe, SearchCost } from './observations.ts'
import type { NetworkPolicy } from './policy-objects.ts'

/** What a node's kubelet really uses: flags and files merged (`GET /api/v1/nodes/NAME/proxy/configz`). */
export interface Kubelet {
  readonly node: string
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  readonly resolvConf: string
}

/** One container's log; `part` says which end of it was read. */
export interface ContainerLog {
  readonly pod: string
  readonly container: string
  readonly part: 'head' | 'tail' | 'previous'
  readonly text: string
}

export interface Sample {
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The samples of a DNS Pod's metrics endpoint that some rule reads. */
export interface PodMetrics {
  readonly pod: string
  readonly samples: readonly Sample[]
}

/** The body of CoreDNS's `/ready`, asked where a running Pod is not Ready: the plugins that are not. */
export interface Readiness {
  readonly pod: string
  readonly body: string
}

/** What every DNS Pod is asked. */
export interface Question {
  /** absolute, without the final dot */
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly scope: 'cluster' | 'external'
  /** addresses of which the answer must hold one; empty when any answer will do */
  readonly expected: readonly string[]
}

/** How a DNS Pod answered one question, or how it did not. Times are in milliseconds. */
export interface PodAnswer {
  readonly pod: string
  readonly question: Question
  readonly result:
    | { readonly rcode: string; readonly answers: readonly string[]; readonly ms: number }
    | { readonly silence: 'timeout' | 'closed' | 'refused'; readonly ms: number }
}

/** Everything that can be seen, by the name of the input that a rule declares. */
export interface Evidence {
  readonly version: readonly { readonly gitVersion: string }[]
  readonly nodes: readonly Node[]
  readonly kubelets: readonly Kubelet[]
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
  readonly workloads: readonly Workload[]
  readonly pods: readonly Pod[]
  readonly configMaps: readonly ConfigMap[]
  readonly logs: readonly ContainerLog[]
  readonly metrics: readonly PodMetrics[]
  readonly readiness: readonly Readiness[]
  readonly questions: readonly Question[]
  readonly answers: readonly PodAnswer[]
  /** these are seen by `verify` only */
  readonly networkPolicies: readonly NetworkPolicy[]
  readonly probes: readonly Probe[]
  readonly observations: readonly Observation[]
  readonly searches: readonly SearchCost[]
}

export type Input = keyof Evidence

export const inputs = [
  'version',
  'nodes',
  'kubelets',
  'services',
  'endpointSlices',
  'workloads',
  'pods',
  'configMaps',
  'logs',
  'metrics',
  'readiness',
  'questions',
  'answers',
  'networkPolicies',
  'probes',
  'observations',
  'searches',
] as const satisfies readonly Input[]

/** A right of Kubernetes RBAC, as in a Role's rule; `resource` includes the subresource, as in `pods/log`. */
export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace?: string
}

/** Evidence that could not be had. Without `object` none of the input could be read. */
export interface Gap {
  readonly input: Input
  readonly object?: string
  readonly why: 'forbidden' | 'not-found' | 'timeout' | 'failed'
  readonly detail: string
  readonly right?: Right
}

/** What `verify` set out to do: where its Pods ran, and which nodes it chose of how many. */
export interface ProbePlan {
  readonly run: string
  readonly namespace: string
  readonly image: string
  readonly nodes: readonly string[]
  /** all nodes on which a probe could run, and how `nodes` were chosen of them; null when they are all */
  readonly eligible: number
  readonly sample: string | null
  /** nodes that were asked for and cannot run a probe, as those with Windows */
  readonly left: readonly { readonly node: string; readonly why: string }[]
}

/** One look at a cluster. Rules judge it, `--save` writes it, `--from` reads it. */
export interface Snapshot {
  readonly takenAt: string
  readonly server: string
  /** how many nodes there are, and of how many the kubelet was asked */
  readonly nodes: { readonly total: number; readonly asked: number }
  readonly evidence: Evidence
  readonly gaps: readonly Gap[]
  /** only after `verify` */
  readonly plan?: ProbePlan
}

/** No evidence at all: what is partly filled in starts from it. */
export const noEvidence: Evidence = {
  version: [],
  nodes: [],
  kubelets: [],
  services: [],
  endpointSlices: [],
  workloads: [],
  pods: [],
  configMaps: [],
  logs: [],
  metrics: [],
  readiness: [],
  questions: [],
  answers: [],
  networkPolicies: [],
  probes: [],
  observations: [],
  searches: [],
}
