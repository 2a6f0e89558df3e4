import { list } from '../catalog/entry.ts'
import { upstreamsOf } from '../corefile/upstreams.ts'
import { distributionOf } from '../distributions.ts'
import { configuredUpstreams } from '../kube-dns/config.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { clusterEngine } from '../snapshot/dns.ts'
import type { Evidence, Kubelet } from '../snapshot/snapshot.ts'
import { storedKubeletConfig } from '../snapshot/survival.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'
import { isKubeadm, minorOf } from './kubeadm.ts'

/** systemd-resolved's list of real servers, which kubeadm chooses where that service runs (componentconfigs/kubelet_unix.go). */
const realList = '/run/systemd/resolve/resolv.conf'

/** The kubelet's own default (kubelet/apis/config/v1beta1/defaults.go). */
const usual = '/etc/resolv.conf'

/**
 * Whether the DNS Pods still get the same upstreams from the node after an upgrade, a reboot, and on a new node. Nothing to say where
 * the DNS server does not take its upstreams from there.
 */
export function resolvConfFacts(evidence: Evidence): readonly Fact[] {
  if (!readsResolvConf(evidence)) return []
  const { kubelets } = evidence
  if (kubelets.length === 0)
    return [
      unknown(
        'kubelets',
        'the upstreams come from resolv.conf of the nodes, and no kubelet was asked which file it takes',
      ),
    ]
  return [
    ...rebootFacts(kubelets),
    ...(isKubeadm(distributionOf(evidence)) ? upgradeFacts(evidence) : alikeFacts(evidence)),
  ]
}

/** Where it is not known, too: what is not excluded has to be judged. */
function readsResolvConf(evidence: Evidence): boolean {
  if (clusterEngine(evidence) === 'kube-dns') {
    const data = evidence.configMaps.find(c => c.metadata.name === 'kube-dns')?.data ?? {}
    return configuredUpstreams(data).length === 0
  }
  const corefile = mountedCorefile(evidence)?.corefile
  return !corefile || upstreamsOf(corefile).some(f => f.targets.some(t => t.kind !== 'address'))
}

/** Files in /run are gone after a reboot, but for those that a service writes at every start. */
const volatile = /^\/(run|var\/run|tmp|dev\/shm)\//
const rewritten = /^\/(var\/)?run\/(systemd\/resolve|NetworkManager|resolvconf|connman|netconfig)\//

function rebootFacts(kubelets: readonly Kubelet[]): readonly Fact[] {
  return [...Map.groupBy(kubelets, k => k.resolvConf)].map(([path, group]) => {
    const source = `kubelet on ${list(group.map(k => k.node))}`
    if (path === '') return failed(source, 'resolvConf is empty: DNS Pods get no upstream from the node')
    if (!volatile.test(path)) return passed(source, `takes ${path}, which a reboot leaves in its place`)
    if (rewritten.test(path))
      return passed(source, `takes ${path}, which a service of the node writes again at every boot`)
    return failed(source, `takes ${path}, which is gone after a reboot`)
  })
}

/** `kubeadm upgrade node` and `kubeadm join` write the kubelet's file from ConfigMap kubelet-config. */
function upgradeFacts(evidence: Evidence): readonly Fact[] {
  const stored = storedKubeletConfig(evidence)
  if (!stored)
    return [
      unknown('ConfigMap kube-system/kubelet-config', 'could not be read: what an upgrade writes for kubelets is open'),
    ]
  const source = `ConfigMap kube-system/${stored.configMap}`
  const { resolvConf } = stored
  if (resolvConf === null) return unsetFacts(source, evidence)
  const others = evidence.kubelets.filter(k => k.resolvConf !== resolvConf)
  if (others.length > 0) {
    const own = [...new Set(others.map(k => k.resolvConf))].join(' and ')
    const text = `says resolvConf: ${resolvConf}, but the kubelet on ${list(others.map(k => k.node))} takes ${own}: kubeadm upgrade node puts ${resolvConf} there, unless a flag of the kubelet says otherwise, and new nodes get it`
    return [failed(source, text)]
  }
  const same = passed(
    source,
    `says resolvConf: ${resolvConf}, as all ${evidence.kubelets.length} kubelets that were asked have it`,
  )
  return [same, ...systemFacts(source, resolvConf, evidence)]
}

/** One path for all nodes is right where every system has that file: nodes of each must be seen to use it. */
function systemFacts(source: string, path: string, { nodes, kubelets }: Evidence): readonly Fact[] {
  const imageOf = (name: string) => nodes.find(n => n.metadata.name === name)?.status?.nodeInfo?.osImage
  const proven = new Set(kubelets.map(k => imageOf(k.node)))
  const isLinux = nodes.filter(n => n.status?.nodeInfo?.operatingSystem !== 'windows')
  const open = new Set(isLinux.flatMap(n => n.status?.nodeInfo?.osImage ?? []).filter(image => !proven.has(image)))
  if (open.size === 0 || path === usual) return []
  return [
    unknown(source, `says resolvConf: ${path} for nodes of ${list([...open])} too, where nobody saw that it exists`),
  ]
}

/** Since 1.31 kubeadm decides on each node, by whether systemd-resolved runs; before, the kubelet's default was left. */
function unsetFacts(source: string, evidence: Evidence): readonly Fact[] {
  const minor = minorOf(evidence)
  const decides = minor !== null && minor >= 31
  const kept = decides ? [realList, usual] : [usual]
  const others = evidence.kubelets.filter(k => !kept.includes(k.resolvConf))
  const how = decides ? `, and kubeadm chooses ${realList} where systemd-resolved runs, else ${usual}` : ''
  if (others.length === 0) return [passed(source, `leaves resolvConf open${how}: as the kubelets have it`)]
  const own = `the kubelet on ${list(others.map(k => k.node))} takes ${[...new Set(others.map(k => k.resolvConf))].join(' and ')}`
  const text = `leaves resolvConf open${how}, but ${own}: an upgrade keeps that only as a flag of the kubelet or in kubeadm's --patches, and new nodes do not get it`
  return [decides ? failed(source, text) : unknown(source, text)]
}

/** Where the distribution sets up nodes, one setting on all nodes of a system is its own; several are somebody's change. */
function alikeFacts({ kubelets, nodes }: Evidence): readonly Fact[] {
  const imageOf = (k: Kubelet) => nodes.find(n => n.metadata.name === k.node)?.status?.nodeInfo?.osImage ?? 'unknown'
  const groups = [...Map.groupBy(kubelets, imageOf)]
  return groups.map(([image, group]) => {
    const paths = [...new Set(group.map(k => k.resolvConf))]
    const source = `kubelets on ${image}`
    return paths.length === 1
      ? passed(source, `all ${group.length} that were asked take ${paths[0]}, as their nodes are set up`)
      : unknown(source, `take ${paths.join(' and ')}: which of them a new node gets is not known`)
  })
}
