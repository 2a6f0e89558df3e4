import { clusterZones } from '../corefile/query.ts'
import { finding } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
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
      const reach = nodes.length === kubelets.length ? 'all' : 'some'
      yield finding('DNS403', { kind: 'Node', name: nodes[0] ?? '' }, { nodes, clusterDomain, zones }, reach, [
        { source: `kubelet on ${nodes.join(', ')}`, text: `clusterDomain: ${clusterDomain || '(none)'}` },
        { source: served.source, text: `serves ${zones.join(', ')}` },
      ])
    }
  },
})

const trim = (zone: string): string => zone.toLowerCase().replace(/\.$/, '')

const within = (name: string, zone: string): boolean => zone === '' || name === zone || name.endsWith(`.${zone}`)

/** The zones that are served from the API: the kubernetes plugin's, or kube-dns's `--domain`. */
function servedZones(seen: Pick<Evidence, 'workloads' | 'pods' | 'configMaps'>) {
  const mounted = mountedCorefile(seen)
  if (mounted) {
    const zones = mounted.corefile
      ? clusterZones(mounted.corefile)
          .flatMap(c => c.zones)
          .filter(z => !z.endsWith('.arpa.'))
      : []
    return zones.length > 0 ? { zones, source: `ConfigMap ${mounted.configMap}` } : undefined
  }
  const specs = [...seen.pods.map(p => p.spec), ...seen.workloads.map(w => w.spec.template.spec)]
  const args = specs.flatMap(s => s.containers.flatMap(c => c.args ?? []))
  const domain = args.find(a => a.startsWith('--domain='))?.slice('--domain='.length)
  return domain === undefined ? undefined : { zones: [domain], source: 'argument --domain of kube-dns' }
}
