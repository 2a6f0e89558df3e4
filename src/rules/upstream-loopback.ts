import { isLoopback } from '../dns/address.ts'
import { configMapRef, type EvidenceLine, finding } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { loopbackPods } from '../snapshot/loopback.ts'
import { resolveExternal } from '../snapshot/outcomes.ts'
import type { UpstreamSource } from '../snapshot/upstreams.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-loopback',
  title: 'no upstream is a loopback address',
  codes: ['DNS301'],
  subject: 'pods',
  inputs: ['workloads', 'pods'],
  uses: ['configMaps', 'metrics', 'logs', 'answers'],
  *check(evidence, at) {
    const found = loopbackPods(evidence, at)
    for (const [from, hits] of Map.groupBy(found, f => f.from)) {
      const pods = [...new Set(hits.map(h => h.pod))]
      const addresses = [...new Set(hits.flatMap(h => h.address ?? []))].filter(isLoopback)
      const first = pods[0]
      if (!first) continue
      const object = objectOf(from, evidence) ?? podRef(first)
      // A Corefile that names a loopback address may not be loaded yet: while names resolve, the fault is still to come.
      const reach = resolveExternal(pods, evidence.answers) ? 'soon' : reachOf(pods, evidence.pods)
      yield finding('DNS301', object, { addresses, from }, reach, distinct(hits.map(h => h.seen)))
    }
  },
})

/** What is to be changed: the ConfigMap that names the address; behind a resolv.conf it is no object of the API. */
function objectOf(from: UpstreamSource, evidence: Parameters<typeof mountedCorefile>[0]) {
  if (from === 'resolv.conf') return undefined
  return configMapRef(from === 'ConfigMap' ? 'kube-system/kube-dns' : (mountedCorefile(evidence)?.configMap ?? ''))
}

function distinct(lines: readonly EvidenceLine[]): readonly EvidenceLine[] {
  return [...new Map(lines.map(line => [`${line.source} ${line.text}`, line])).values()]
}
