import { finding } from '../finding.ts'
import { loopbackPods } from '../snapshot/loopback.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'resolvconf-stub',
  title: 'no kubelet hands out the stub resolver of its node',
  codes: ['DNS401'],
  inputs: ['workloads', 'pods', 'kubelets'],
  uses: ['configMaps', 'metrics', 'logs', 'nodes'],
  *check({ kubelets, nodes, ...evidence }) {
    const proven = loopbackPods(evidence).filter(l => l.from === 'resolv.conf')
    const names = new Set(proven.map(l => l.pod.spec.nodeName))
    const hit = kubelets.filter(k => names.has(k.node))
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
