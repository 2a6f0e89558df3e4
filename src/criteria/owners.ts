import { refName } from '../finding.ts'
import type { ConfigMap } from '../snapshot/objects.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { lastWriter } from '../snapshot/survival.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'

/** Who writes the ConfigMap of DNS anew, when, and where a setting has to be for it to last. */
export interface Owner {
  readonly name: string
  /** the field managers under which it writes */
  readonly writers: RegExp
  /** what it does, and when: goes on after its name */
  readonly does: string
  readonly instead: string
}

interface Marks {
  readonly distribution: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly managers: readonly string[]
}

const addonManager = /^(kubectl-client-side-apply|kubectl|kube-addon-manager|addon-manager)$/

/**
 * The owners that are known, the nearest to the object first: what GitOps keeps is its own on every distribution.
 */
const owners: readonly (readonly [test: (marks: Marks) => boolean, owner: Owner])[] = [
  [
    m => 'argocd.argoproj.io/instance' in m.labels || 'argocd.argoproj.io/tracking-id' in m.annotations,
    {
      name: 'Argo CD',
      writers: /^argocd-/,
      does: "puts its repository's text back when it syncs",
      instead: 'change the repository',
    },
  ],
  [
    m => Object.keys(m.labels).some(l => /^(kustomize|helm)\.toolkit\.fluxcd\.io\/name$/.test(l)),
    {
      name: 'Flux',
      writers: /^(kustomize|helm)-controller$/,
      does: "puts its repository's text back when it reconciles",
      instead: 'change the repository',
    },
  ],
  [
    m => m.distribution === 'k3s' || m.annotations['objectset.rio.cattle.io/owner-name'] === 'coredns',
    {
      name: 'k3s',
      writers: /^(deploy@.*|k3s)$/,
      does: 'writes its own text at every start of a server',
      instead: 'use ConfigMap coredns-custom, or resolv-conf in /etc/rancher/k3s/config.yaml',
    },
  ],
  [
    m => m.distribution === 'rke2',
    {
      name: 'RKE2',
      writers: /^helm(-controller)?$/,
      does: "writes its chart's text at every upgrade of the chart",
      instead: 'use HelmChartConfig kube-system/rke2-coredns',
    },
  ],
  [
    m => m.distribution === 'openshift',
    {
      name: 'the DNS operator of OpenShift',
      writers: /^dns-operator$/,
      does: 'writes its own text at once',
      instead: 'use dns.operator/default (spec.upstreamResolvers, spec.servers)',
    },
  ],
  [
    m => m.distribution === 'aks',
    {
      name: 'the addon manager of AKS',
      writers: addonManager,
      does: 'writes its own text every minute',
      instead: 'use ConfigMap coredns-custom, or the DNS servers of the virtual network',
    },
  ],
  [
    m => m.distribution === 'eks' && m.managers.includes('eks'),
    {
      name: 'the EKS add-on',
      writers: /^eks$/,
      does: 'may write its own text when it is updated',
      instead: 'use corefile in the configurationValues of the add-on, with resolveConflicts PRESERVE',
    },
  ],
  [
    m => m.distribution === 'kops',
    {
      name: 'kOps',
      writers: /^kops$/,
      does: 'writes its own text when kops update cluster changes the add-on',
      instead: "use kubeDNS.upstreamNameservers or externalCoreFile in the cluster's spec",
    },
  ],
  [
    m => 'meta.helm.sh/release-name' in m.annotations,
    {
      name: 'Helm',
      writers: /^helm(-controller)?$/,
      does: "writes its chart's text at every upgrade of the release",
      instead: 'change the values of the release',
    },
  ],
]

/** Who writes this ConfigMap anew; null where nobody does that is known here. */
export function ownerOf({ metadata }: ConfigMap, distribution: string): Owner | null {
  const managers = metadata.managedFields?.flatMap(f => f.manager ?? []) ?? []
  const marks = { distribution, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, managers }
  return owners.find(([test]) => test(marks))?.[1] ?? null
}

/** Why nobody writes this ConfigMap anew where it is known that it is left to the user; null where that is not known. */
export function leftAlone(distribution: string, engine: 'coredns' | 'kube-dns'): string | null {
  if (distribution === 'gke' && engine === 'kube-dns')
    return 'is made once and then left alone by GKE (addon manager: EnsureExists)'
  if (distribution === 'eks') return 'is not kept by the EKS add-on: nobody writes it anew'
  return distribution === 'microk8s' ? 'is written anew only by microk8s enable dns' : null
}

/** Whether what the ConfigMap says now is its owner's own text: by who wrote it last, else by what it names. */
export function writerFacts(map: ConfigMap, key: string, owner: Owner, evidence: Evidence): readonly Fact[] {
  const name = `ConfigMap ${refName(map.metadata)}`
  const written = lastWriter(map, key)
  const threat = `${owner.name} ${owner.does}; ${owner.instead}`
  if (written && owner.writers.test(written.manager))
    return [passed(name, `is as ${owner.name} wrote it on ${written.day}`)]
  if (written) return [failed(name, `was last changed by ${written.manager} on ${written.day}, and ${threat}`)]
  const literal = upstreams(evidence).filter(u => u.from !== 'resolv.conf')
  if (literal.length === 0) return [passed(name, `names no upstream of its own that ${owner.name} could take back`)]
  return [unknown(name, `who wrote it last is not known, and ${threat}`)]
}
