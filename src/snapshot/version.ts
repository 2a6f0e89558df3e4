import { engineOf, serverContainer } from './dns.ts'
import type { Evidence } from './snapshot.ts'

/**
 * The CoreDNS version, as `1.14.7`: what the server says of itself (`coredns_build_info`), else the image's tag;
 * undefined when the tag is no version, as in images of one's own.
 */
export function coreDnsVersion(evidence: Pick<Evidence, 'pods' | 'workloads' | 'metrics'>): string | undefined {
  const build = evidence.metrics.flatMap(m => m.samples).find(s => s.metric === 'coredns_build_info')
  if (build?.labels.version) return build.labels.version
  const specs = [...evidence.pods.map(p => p.spec), ...evidence.workloads.map(w => w.spec.template.spec)]
  const servers = specs.filter(spec => engineOf(spec) === 'coredns')
  return servers.map(spec => tagVersion(serverContainer(spec)?.image)).find(v => v !== undefined)
}

/** `registry/coredns:v1.11.1-eksbuild.4@sha256:…` → `1.11.1`. */
function tagVersion(image: string | undefined): string | undefined {
  return /:v?(\d+\.\d+\.\d+)/.exec(image?.split('/').at(-1) ?? '')?.[1]
}
