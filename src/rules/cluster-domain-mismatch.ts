import { finding } from '../finding.ts'
import { servedZones } from '../snapshot/zones.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'cluster-domain-mismatch',
  title: 'the DNS server serves the cluster domain that kubelets give to Pods',
  codes: ['DNS403'],
  inputs: ['workloads', 'pods', 'kubelets'],
  uses: ['configMaps'],
  *check({ kubelets, ...evidence }) {
    const served = servedZones(evidence)
    if (!served) return
    const zones = served.zones.map(trim)
    const wrong = kubelets.filter(k => !zones.some(z => within(trim(k.clusterDomain), z)))
    for (const [clusterDomain, group] of Map.groupBy(wrong, k => k.clusterDomain)) {
      const nodes = group.map(k => k.node)
      const reach = wrong.length === kubelets.length ? 'all' : 'some'
      yield finding('DNS403', { kind: 'Node', name: nodes[0] ?? '' }, { nodes, clusterDomain, zones }, reach, [
        { source: `kubelet on ${nodes.join(', ')}`, text: `clusterDomain: ${clusterDomain || '(none)'}` },
        { source: served.source, text: `serves ${zones.join(', ')}` },
      ])
    }
  },
})

const trim = (zone: string): string => zone.toLowerCase().replace(/\.$/, '')

const within = (name: string, zone: string): boolean => zone === '' || name === zone || name.endsWith(`.${zone}`)
