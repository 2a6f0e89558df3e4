import type { Input, Right } from './snapshot/snapshot.ts'

/** The rights that collecting an input takes: what the manifest of `rbac` is made of, and what a refusal names. */
export const rightsOf: { readonly [I in Input]: readonly Right[] } = {
  version: [],
  nodes: [{ verb: 'list', group: '', resource: 'nodes' }],
  kubelets: [{ verb: 'get', group: '', resource: 'nodes/proxy' }],
  services: [{ verb: 'list', group: '', resource: 'services' }],
  endpointSlices: [{ verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices' }],
  workloads: [
    { verb: 'list', group: 'apps', resource: 'deployments' },
    { verb: 'list', group: 'apps', resource: 'daemonsets' },
  ],
  pods: [{ verb: 'list', group: '', resource: 'pods' }],
  configMaps: [{ verb: 'get', group: '', resource: 'configmaps' }],
  logs: [{ verb: 'get', group: '', resource: 'pods/log' }],
  metrics: [{ verb: 'get', group: '', resource: 'pods/proxy' }],
  readiness: [{ verb: 'get', group: '', resource: 'pods/proxy' }],
  questions: [{ verb: 'get', group: '', resource: 'services' }],
  answers: [{ verb: 'create', group: '', resource: 'pods/portforward' }],
  networkPolicies: [{ verb: 'list', group: 'networking.k8s.io', resource: 'networkpolicies' }],
  probes: ['create', 'delete', 'get', 'list', 'watch'].map(verb => ({ verb, group: '', resource: 'pods' })),
  observations: [
    { verb: 'create', group: '', resource: 'pods/portforward' },
    { verb: 'get', group: '', resource: 'pods/log' },
  ],
  searches: [],
}

/** What a person calls an input. */
export const inputNames: { readonly [I in Input]: string } = {
  version: 'the version and the distribution of the cluster',
  nodes: 'the list of nodes',
  kubelets: 'the configuration of kubelets',
  services: 'the DNS Service',
  endpointSlices: 'the endpoints of the DNS Service',
  workloads: 'the Deployments and DaemonSets of DNS',
  pods: 'the DNS Pods',
  configMaps: 'the configuration of the DNS server',
  logs: 'the logs of the DNS Pods',
  metrics: 'the metrics of the DNS Pods',
  readiness: 'what DNS Pods that are not Ready wait for',
  questions: 'the address of Service default/kubernetes',
  answers: 'the answers of the DNS Pods',
  networkPolicies: 'the NetworkPolicies',
  probes: 'the probe Pods',
  observations: 'what the probe Pods were answered',
  searches: 'what the search list costs',
}
