import { finding } from '../finding.ts'
import { type LoopbackPod, loopbackPods } from '../snapshot/loopback.ts'
import type { Kubelet } from '../snapshot/snapshot.ts'
import { defineRule } from './rule.ts'

/** systemd-resolved's list of the servers that it asks itself; its stub is never in it (systemd-resolved.service(8)). */
const realList = '/run/systemd/resolve/resolv.conf'

export default defineRule({
  name: 'resolvconf-stub',
  title: 'no kubelet hands out the stub resolver of its node',
  codes: ['DNS401', 'DNS404'],
  inputs: ['workloads', 'pods', 'kubelets'],
  uses: ['configMaps', 'metrics', 'logs', 'nodes', 'answers'],
  *check({ kubelets, nodes, ...evidence }, at) {
    const proven = loopbackPods(evidence, at).filter(l => l.from === 'resolv.conf')
    const names = new Set(proven.map(l => l.pod.spec.nodeName))
    const known = kubelets.filter(k => names.has(k.node))
    const hit = known.filter(k => k.resolvConf !== realList)
    const repaired = known.filter(k => k.resolvConf === realList)
    if (repaired[0]) yield notTaken(repaired[0], repaired, proven)
    for (const [path, group] of Map.groupBy(hit, k => k.resolvConf)) {
      const onNodes = group.map(k => k.node)
      const image = (name: string) => nodes.find(n => n.metadata.name === name)?.status?.nodeInfo?.osImage
      const images = new Set(onNodes.map(image))
      // Nodes of the same system with the same setting hand out the same thing, DNS Pod or not.
      const alike = kubelets.filter(k => k.resolvConf === path && !names.has(k.node) && images.has(image(k.node)))
      yield finding(
        'DNS401',
        { kind: 'Node', name: onNodes[0] ?? '' },
        { nodes: onNodes, alike: alike.map(k => k.node), path },
        'all',
        [
          ...[...group, ...alike].map(k => ({ source: `kubelet on ${k.node}`, text: `resolvConf: ${k.resolvConf}` })),
          ...onNodes.map(name => ({ source: `Node ${name}`, text: `osImage: ${image(name) ?? 'not known'}` })),
        ],
      )
    }
  },
})

/** The file is copied when a Pod is made: Pods that are older than the repair of their kubelet keep the stub. */
function notTaken(first: Kubelet, repaired: readonly Kubelet[], proven: readonly LoopbackPod[]) {
  const nodes = repaired.map(k => k.node)
  const pods = [...new Set(proven.map(l => l.pod).filter(p => nodes.includes(p.spec.nodeName ?? '')))].map(
    p => p.metadata.name,
  )
  return finding('DNS404', { kind: 'Node', name: first.node }, { nodes, pods, path: realList }, 'some', [
    ...repaired.map(k => ({ source: `kubelet on ${k.node}`, text: `resolvConf: ${k.resolvConf}` })),
  ])
}
