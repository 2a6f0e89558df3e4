import { versionNumbers } from '../corefile/version.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { serverContainer } from '../snapshot/dns.ts'
import type { PodSpec } from '../snapshot/objects.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { isDnsDisabled } from '../snapshot/survival.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'
import { replacedUpstream } from './stock-corefile.ts'

/** minikube runs kubeadm's phase for DNS at every start; kind clusters are made by it, and not upgraded. */
export const isKubeadm = (distribution: string): boolean => ['kubeadm', 'minikube', 'kind'].includes(distribution)

/** The minor version of Kubernetes; null where it is not known. */
export function minorOf({ version }: Pick<Evidence, 'version'>): number | null {
  const [major, minor] = versionNumbers(version[0]?.gitVersion) ?? []
  return major === 1 && minor !== undefined ? minor : null
}

/** What `kubeadm upgrade` does to the objects of DNS (kubernetes 1.35, cmd/kubeadm/app/phases/addons/dns/dns.go). */
export function kubeadmFacts(evidence: Evidence, engine: 'coredns' | 'kube-dns'): readonly Fact[] {
  if (isDnsDisabled(evidence) === true)
    return [passed('ConfigMap kube-system/kubeadm-config', 'dns.disabled: kubeadm upgrade leaves DNS alone')]
  return engine === 'kube-dns' ? kubeDnsFacts(evidence) : [...corefileFacts(evidence), ...deploymentFacts(evidence)]
}

function corefileFacts(evidence: Evidence): readonly Fact[] {
  const mounted = mountedCorefile(evidence)
  if (!mounted?.corefile)
    return [unknown('Corefile', 'the Corefile could not be read, so what an upgrade makes of it is open')]
  const source = `ConfigMap ${mounted.configMap}`
  const replaced = replacedUpstream(mounted.corefile)
  if (replaced === '/etc/resolv.conf')
    return [
      passed(
        source,
        "is kubeadm's stock: an upgrade writes its newest one, which forwards to the same /etc/resolv.conf",
      ),
    ]
  if (replaced !== null) {
    const text = `a lone upstream in an otherwise stock Corefile is taken for kubeadm's own: an upgrade puts forward . /etc/resolv.conf in the place of ${replaced}; name two upstreams, or add an option such as policy sequential`
    return [failed(source, text)]
  }
  const minor = minorOf(evidence)
  // Before 1.21 it depended on the version: 1.19 and 1.20 replaced an edited Corefile (kubernetes#96833).
  if (minor === null || minor < 20)
    return [unknown(source, 'what an upgrade to Kubernetes 1.20 or older does to a Corefile depends on the version')]
  return [passed(source, 'is none that kubeadm would take for an untouched one: an upgrade keeps what it says')]
}

/** An upgrade puts kubeadm's template in place of the Deployment; since 1.31 with the patches of its --patches folder. */
function deploymentFacts(evidence: Evidence): readonly Fact[] {
  const own = evidence.workloads.find(
    w => w.kind === 'Deployment' && w.metadata.name === 'coredns' && w.metadata.namespace === 'kube-system',
  )
  const changes = own ? changesIn(own.spec.template.spec) : []
  if (!own)
    return [unknown('Deployment kube-system/coredns', 'was not seen: what an upgrade puts in its place is open')]
  if (changes.length === 0)
    return [
      passed(
        'Deployment kube-system/coredns',
        "has kubeadm's arguments, DNS policy and volumes, which an upgrade writes again",
      ),
    ]
  const minor = minorOf(evidence)
  const lost = `${changes.join(', ')}: an upgrade writes kubeadm's own template over it`
  return minor !== null && minor >= 30
    ? [
        unknown(
          'Deployment kube-system/coredns',
          `${lost}, unless its --patches folder has it (target corednsdeployment)`,
        ),
      ]
    : [failed('Deployment kube-system/coredns', lost)]
}

function changesIn(spec: PodSpec): readonly string[] {
  const args = serverContainer(spec)?.args?.join(' ')
  const foreign = (spec.volumes ?? []).flatMap(v => v.configMap?.name ?? []).filter(name => name !== 'coredns')
  return [
    ...(args === undefined || args === '-conf /etc/coredns/Corefile' ? [] : [`arguments ${args}`]),
    ...((spec.dnsPolicy ?? 'Default') === 'Default' ? [] : [`dnsPolicy ${spec.dnsPolicy}`]),
    ...(spec.hostNetwork ? ['hostNetwork'] : []),
    ...foreign.map(name => `mounts ConfigMap ${name}`),
  ]
}

/**
 * kubeadm never writes ConfigMap kube-dns, but since 1.21 it knows CoreDNS only: an upgrade installs CoreDNS under the label that
 * the DNS Service selects, and nothing of kube-dns's ConfigMap goes into its Corefile.
 */
function kubeDnsFacts(evidence: Evidence): readonly Fact[] {
  const source = 'ConfigMap kube-system/kube-dns'
  const data = evidence.configMaps.find(c => c.metadata.name === 'kube-dns')?.data ?? {}
  const hasOwn = Boolean(data.upstreamNameservers || data.stubDomains)
  const minor = minorOf(evidence)
  if (minor === null)
    return [unknown(source, 'the version of Kubernetes was not seen, so what an upgrade does is open')]
  const kept = passed(source, 'is never written by kubeadm: it survives upgrades')
  if (minor < 20) return [kept]
  const beside = 'kubeadm upgrade installs CoreDNS beside kube-dns'
  if (!hasOwn)
    return [passed(source, `names no upstream of its own: ${beside}, and it asks what resolv.conf of the nodes names`)]
  if (isDnsDisabled(evidence) === null)
    return [kept, unknown(source, `${beside} unless kubeadm-config, which was not read, says dns.disabled: true`)]
  const fix = 'set dns.disabled: true in ConfigMap kubeadm-config before an upgrade'
  return [failed(source, `${beside} under the same Service, and CoreDNS does not read this ConfigMap; ${fix}`)]
}
