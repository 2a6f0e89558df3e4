import { isLoopback } from '../dns/address.ts'
import { finding } from '../finding.ts'
import { podRef, reachOf } from '../snapshot/dns.ts'
import { linesOf, upstreamExchange } from '../snapshot/logs.ts'
import type { Pod } from '../snapshot/objects.ts'
import { answerLines, faultOf, resolveSomeExternal } from '../snapshot/outcomes.ts'
import type { ContainerLog, PodAnswer } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'upstream-silent',
  title: 'the upstreams answer',
  codes: ['DNS302'],
  inputs: ['workloads', 'pods', 'answers'],
  uses: ['configMaps', 'metrics', 'logs'],
  *check({ answers, ...evidence }) {
    const used = upstreams(evidence)
    const silent = answers.filter(a => a.question.scope === 'external' && isSilence(a))
    const asking = evidence.pods.filter(p => silent.some(a => a.pod === p.metadata.name))
    // Whoever answered one name was reached; a loopback upstream is a fault with a code of its own.
    const hit = asking.filter(
      p => !resolveSomeExternal([p], answers) && !used.some(u => u.pod === p && isLoopback(u.address)),
    )
    if (!hit[0]) return
    const addresses = [...new Set(used.filter(u => hit.includes(u.pod)).map(u => u.address))]
    const logged = hit.flatMap(pod => newestError(pod, evidence.logs, addresses))
    const own = silent.filter(a => hit.some(p => p.metadata.name === a.pod))
    const how = logged[0]?.why ?? (own[0] && faultOf(own[0])) ?? ''
    const lines = [...logged.map(({ source, line }) => ({ source, text: line })), ...answerLines(own)]
    yield finding('DNS302', podRef(hit[0]), { upstreams: addresses, how }, reachOf(hit, evidence.pods), lines)
  },
})

/** A server that waited for an upstream says SERVFAIL late or nothing at all; NXDOMAIN and REFUSED are answers. */
function isSilence({ result }: PodAnswer): boolean {
  if ('silence' in result) return result.silence === 'timeout'
  return result.rcode === 'SERVFAIL' && result.ms >= 1000
}

/** The newest line in which CoreDNS complains of one of these upstreams. */
function newestError(pod: Pod, logs: readonly ContainerLog[], addresses: readonly string[]) {
  const errors = linesOf(logs, pod).flatMap(upstreamExchange)
  const error = errors.findLast(e => addresses.includes(e.address))
  return error ? [{ ...error, source: `log of ${pod.metadata.name}` }] : []
}
