import { isLoopback } from '../dns/address.ts'
import { type EvidenceLine, finding } from '../finding.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { linesOf } from '../snapshot/logs.ts'
import type { Pod } from '../snapshot/objects.ts'
import { answerLines, failures } from '../snapshot/outcomes.ts'
import type { ContainerLog } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-silent',
  title: 'the upstreams answer',
  codes: ['DNS302'],
  inputs: ['workloads', 'pods', 'answers'],
  uses: ['configMaps', 'metrics', 'logs'],
  *check({ answers, ...evidence }) {
    // NXDOMAIN and REFUSED are answers: whoever gave them was reached.
    const silent = failures({ pods: evidence.pods, answers }, 'external').filter(f => /SERVFAIL|no answer/.test(f.how))
    const hit = [...new Set(silent.flatMap(f => f.pods))]
    if (!hit[0]) return
    const used = upstreams(evidence).filter(u => hit.includes(u.pod) && !isLoopback(u.address))
    const addresses = [...new Set(used.map(u => u.address))]
    if (addresses.length === 0) return
    const logged = hit.flatMap(pod => upstreamErrors(pod, evidence.logs, addresses))
    const how = logged[0]?.why ?? silent[0]?.how ?? ''
    const lines = [...logged.map(l => l.line), ...silent.flatMap(f => answerLines(f.answers))]
    yield finding('DNS302', podRef(hit[0]), { upstreams: addresses, how }, reachOf(hit, evidence.pods), lines)
  },
})

/** CoreDNS's own words on an upstream: `read udp A:p->B:53: i/o timeout`. The newest line of each Pod. */
const exchange = /plugin\/errors: \d+ \S+ \S+: .*->([^ ]+):53: (.*)$/

function upstreamErrors(pod: Pod, logs: readonly ContainerLog[], addresses: readonly string[]) {
  const line = linesOf(logs, pod).findLast(l => addresses.includes(addressIn(l)))
  const why = line && exchange.exec(line)?.[2]
  if (!line || !why) return []
  const seen: EvidenceLine = { source: `log of ${pod.metadata.name}`, text: line }
  return [{ line: seen, why }]
}

const addressIn = (line: string): string => (exchange.exec(line)?.[1] ?? '').replace(/^\[(.*)\]$/, '$1')
