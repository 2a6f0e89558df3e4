import type { Owner } from '../../criteria/owners.ts'
import type { Refusal } from '../plan.ts'
import type { Wanted } from './wanted.ts'

/** What to do where the owner keeps the setting: its own command where one can be written down, and its place. */
export function ownerSteps(owner: Owner, wanted: Wanted, corefile: string | null): readonly string[] {
  if (owner.name === 'the EKS add-on' && corefile !== null) return eks(corefile)
  if (owner.name === 'kOps') return kops(wanted)
  const text = corefile === null ? [] : [`the Corefile that it should write:\n${corefile}`]
  return [owner.instead, ...text]
}

/** A text as one word for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** docs.aws.amazon.com, eks, coredns-add-on-update and update-addon: the values replace those that are there. */
const eks = (corefile: string): readonly string[] => [
  'aws eks describe-addon --cluster-name CLUSTER --addon-name coredns --query addon.configurationValues (keep its other values)',
  `aws eks update-addon --cluster-name CLUSTER --addon-name coredns --resolve-conflicts PRESERVE --configuration-values ${quoted(JSON.stringify({ corefile }))}`,
]

/** kops, docs/cluster_spec.md: stubDomains are for kube-dns only. */
const kops = ({ chosen, stubDomains }: Wanted): readonly string[] => [
  ...(chosen ? [`kops edit cluster: spec.kubeDNS.upstreamNameservers: ${JSON.stringify(chosen.upstreams)}`] : []),
  ...(Object.keys(stubDomains).length > 0
    ? [`kops edit cluster: spec.kubeDNS.externalCoreFile, with the servers of ${Object.keys(stubDomains).join(', ')}`]
    : []),
  'kops update cluster --yes',
]

/** Cloud DNS for GKE: names are resolved outside the cluster, and none of its ConfigMaps is read. */
export function cloudDns({ chosen, stubDomains }: Wanted): Refusal {
  const zones = Object.entries(stubDomains).map(
    ([domain, servers], at) =>
      `gcloud dns managed-zones create dnsfix-${at + 1} --description=${quoted(domain)} --dns-name=${domain}. --visibility=private --networks=NETWORK --forwarding-targets=${servers.join(',')}`,
  )
  const policy = chosen
    ? [
        `gcloud dns policies create dnsfix --description=upstreams --networks=NETWORK --alternative-name-servers=${chosen.upstreams.join(',')}`,
      ]
    : []
  const reason = 'Cloud DNS answers the Pods of this cluster: no ConfigMap of it is read'
  return { method: 'configmap', reason, steps: [...policy, ...zones] }
}

/** GKE 1.36 and later run CoreDNS under the name of kube-dns, which is still configured by ConfigMap kube-dns. */
export function gkeCoreDns({ chosen, stubDomains }: Wanted): Refusal {
  const data = {
    ...(chosen ? { upstreamNameservers: JSON.stringify(chosen.upstreams) } : {}),
    ...(Object.keys(stubDomains).length > 0 ? { stubDomains: JSON.stringify(stubDomains) } : {}),
  }
  const patch = quoted(JSON.stringify({ data }))
  return {
    method: 'configmap',
    reason: 'GKE makes the Corefile of its CoreDNS itself, from ConfigMap kube-dns',
    steps: [`kubectl -n kube-system patch configmap kube-dns --type merge -p ${patch}`],
  }
}
