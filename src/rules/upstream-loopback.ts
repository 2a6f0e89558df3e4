import { isLoopback } from '../dns/address.ts'
import { configMapRef, type EvidenceLine, finding } from '../finding.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { type LoopbackSource, loopbackPods } from '../snapshot/loopback.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-loopback',
  title: 'no upstream is a loopback address',
  codes: ['DNS301'],
  inputs: ['workloads', 'pods'],
  uses: ['configMaps', 'metrics', 'logs'],
  *check(evidence) {
    const found = loopbackPods(evidence)
    for (const [from, hits] of Map.groupBy(found, f => f.from)) {
      const pods = [...new Set(hits.map(h => h.pod))]
      const addresses = [...new Set(hits.flatMap(h => h.address ?? []))].filter(isLoopback)
      const first = pods[0]
      if (!first) continue
      const object = objectOf(from, hits) ?? podRef(first)
      yield finding(
        'DNS301',
        object,
        { addresses, from },
        reachOf(pods, evidence.pods),
        distinct(hits.map(h => h.seen)),
      )
    }
  },
})

/** What is to be changed: the ConfigMap that names the address; for resolv.conf the Pods have nothing to change. */
function objectOf(from: LoopbackSource, hits: readonly { readonly seen: EvidenceLine }[]) {
  const source = hits.map(h => h.seen.source).find(s => s.startsWith('ConfigMap '))
  return from === 'resolv.conf' || !source ? undefined : configMapRef(source.slice('ConfigMap '.length))
}

function distinct(lines: readonly EvidenceLine[]): readonly EvidenceLine[] {
  return [...new Map(lines.map(line => [`${line.source} ${line.text}`, line])).values()]
}
