import { type Owner, ownerOf } from '../../criteria/owners.ts'
import { distributionOf } from '../../distributions.ts'
import { clusterEngine } from '../../snapshot/dns.ts'
import type { ConfigMap } from '../../snapshot/objects.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import type { Plan, Refusal } from '../plan.ts'
import type { FixContext } from './context.ts'
import { customPlan } from './owners-custom.ts'
import { openshiftPlan, operatorPath } from './owners-openshift.ts'
import { helmChartConfigPath, rke2Plan } from './owners-rke2.ts'
import { cloudDns, gkeCoreDns, ownerSteps } from './owners-steps.ts'
import type { Wanted } from './wanted.ts'

/** The paths of objects in which owners keep the settings of DNS, beside the ConfigMaps: to be read whole before planning. */
export const ownerPaths = (evidence: Evidence): readonly string[] => kept[distributionOf(evidence)] ?? []

const kept: Readonly<Record<string, readonly string[]>> = { rke2: [helmChartConfigPath], openshift: [operatorPath] }

/** The same of all distributions. */
export const allOwnerPaths: readonly string[] = Object.values(kept).flat()

/** The ConfigMap that a setting would go into, and what its text would be; null where that is no Corefile or cannot be made. */
export interface Target {
  readonly map: ConfigMap
  readonly corefile: string | null
}

/**
 * What is to be set, written where the owner of the ConfigMap keeps it, or a Refusal with the steps to take there. Null where nobody
 * owns it: it can be changed itself.
 */
export function ownedPlan(context: FixContext, wanted: Wanted, target: Target): Plan | Refusal | null {
  const distribution = distributionOf(context.snapshot.evidence)
  const owner = ownerOf(target.map, distribution)
  if (owner === null) return null
  const plan = plans[distribution]
  // What keeps it nearer than the distribution, as GitOps does, comes first.
  return plan && owner.name === plan.owner ? plan.make(context, wanted, target) : refusalOf(owner, wanted, target)
}

/** Why DNS cannot be configured in this cluster at all, or is by another place than its server would have it; null where it can. */
export function elsewhere({ snapshot: { evidence } }: FixContext, wanted: Wanted): Refusal | null {
  const isGke = distributionOf(evidence) === 'gke'
  const engine = clusterEngine(evidence)
  if (engine === 'cloud') return isGke ? cloudDns(wanted) : nothingHere
  if (engine === 'coredns' && isGke) return gkeCoreDns(wanted)
  return engine === 'coredns' || engine === 'kube-dns' ? null : nothingHere
}

const nothingHere: Refusal = {
  method: 'configmap',
  reason: 'no DNS server that is known here runs in this cluster',
  steps: ['change the upstreams where the DNS server of this cluster is configured'],
}

interface OwnerPlan {
  readonly owner: string
  readonly make: (context: FixContext, wanted: Wanted, target: Target) => Plan | Refusal
}

/** By distribution. Its owner is named as in src/criteria/owners.ts. */
const plans: Readonly<Record<string, OwnerPlan>> = {
  k3s: { owner: 'k3s', make: customPlan },
  aks: { owner: 'the addon manager of AKS', make: customPlan },
  rke2: { owner: 'RKE2', make: rke2Plan },
  openshift: { owner: 'the DNS operator of OpenShift', make: openshiftPlan },
}

const refusalOf = (owner: Owner, wanted: Wanted, target: Target): Refusal => ({
  method: 'configmap',
  reason: `${owner.name} ${owner.does}`,
  steps: ownerSteps(owner, wanted, target.corefile),
})
