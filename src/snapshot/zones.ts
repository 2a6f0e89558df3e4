import { clusterZones } from '../corefile/query.ts'
import { mountedCorefile } from './corefiles.ts'
import type { Evidence } from './snapshot.ts'

/** The zones that are served from the API: the kubernetes plugin's, or kube-dns's `--domain`. */
export function servedZones(seen: Pick<Evidence, 'workloads' | 'pods' | 'configMaps'>) {
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
