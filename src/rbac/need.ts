import type { Right } from '../kube/failures.ts'
import { rightsOf } from '../rights.ts'
import type { Rule } from '../rules/rule.ts'
import type { Input } from '../snapshot/snapshot.ts'

/** Where a right is needed: in the whole cluster, in the namespace of DNS or of the probe Pods, or in one that is always the same. */
export type Where = 'cluster' | 'dns' | 'probes' | 'kube-system' | 'default'

/** A right that a command takes. `resource` has the subresource in it, `name` is of the only object that it is needed for. */
export interface Need {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly name?: string
  readonly where: Where
}

const whereOf: { readonly [I in Input]: Where } = {
  version: 'cluster',
  nodes: 'cluster',
  kubelets: 'cluster',
  // The one with the address that Pods ask may be anywhere.
  services: 'cluster',
  endpointSlices: 'dns',
  workloads: 'dns',
  pods: 'dns',
  configMaps: 'dns',
  logs: 'dns',
  metrics: 'dns',
  readiness: 'dns',
  questions: 'default',
  answers: 'dns',
  networkPolicies: 'dns',
  probes: 'probes',
  observations: 'probes',
  searches: 'probes',
}

/** What `check` takes, or `verify`, with these rules. */
export function needsOfLook(rules: readonly Rule[]): readonly Need[] {
  const inputs = new Set(rules.flatMap(rule => [...rule.inputs, ...rule.uses]))
  const isProbing = inputs.has('probes')
  return [...[...inputs].flatMap(needsOfInput), ...always, ...(isProbing ? whileProbing : [])]
}

const needsOfInput = (input: Input): readonly Need[] =>
  rightsOf[input].map(right => ({ ...right, where: whereOf[input] }))

/** A port-forward over WebSocket begins with a GET, and the API server's version decides which verb is asked for. */
const forwarding = (where: Where): readonly Need[] => rightsOf.answers.map(right => ({ ...right, verb: 'get', where }))

/** What collecting takes beside the inputs themselves. */
const always: readonly Need[] = [
  // The mark of kubeadm, for the name of the distribution.
  ...rightsOf.configMaps.map(right => ({ ...right, name: 'kubeadm-config', where: 'kube-system' as const })),
  // The address of default/kubernetes, which every DNS Pod must know.
  ...needsOfInput('questions'),
  ...forwarding('dns'),
]

/** What probing takes beside the inputs: policies of both namespaces, a headless Service wherever there is one, what kubeadm stores. */
const whileProbing: readonly Need[] = [
  ...rightsOf.networkPolicies.map(right => ({ ...right, where: 'probes' as const })),
  ...[...rightsOf.services, ...rightsOf.endpointSlices].map(right => ({ ...right, where: 'cluster' as const })),
  ...rightsOf.configMaps.map(right => ({ ...right, name: 'kubelet-config', where: 'kube-system' as const })),
  ...forwarding('probes'),
]

/** A right as the API server is asked for it; the namespace `any`, or name, stands for one that is not known beforehand. */
export function needOf({ verb, group, resource, subresource, name, namespace }: Right, any: string): Need {
  const fixed = namespace === 'kube-system' ? 'kube-system' : 'dns'
  return {
    verb,
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(name === undefined || name === any ? {} : { name }),
    where: namespace === undefined ? 'cluster' : fixed,
  }
}
