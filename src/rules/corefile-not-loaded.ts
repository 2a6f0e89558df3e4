import { finding } from '../finding.ts'
import { isGoing, isServing, podRef } from '../snapshot/dns.ts'
import { linesOf, patterns } from '../snapshot/logs.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'corefile-not-loaded',
  title: 'every running CoreDNS serves the present Corefile',
  codes: ['DNS202'],
  engine: 'coredns',
  subject: 'pods',
  inputs: ['pods'],
  uses: ['logs', 'metrics'],
  *check({ pods, logs, metrics }) {
    const hit = pods.flatMap(pod => {
      if (isGoing(pod) || !isServing(pod)) return []
      const line = refusal(
        linesOf(
          logs.filter(l => l.part !== 'previous'),
          pod,
        ),
      )
      const samples = metrics.find(m => m.pod === pod.metadata.name)?.samples ?? []
      const failed = samples.find(s => s.metric === 'coredns_reload_failed_total' && s.value > 0)
      // A refusal that a later reload made good is the past; the metric alone cannot tell.
      return line ? [{ pod, line, failed }] : []
    })
    if (!hit[0]) return
    const names = hit.map(h => h.pod.metadata.name)
    const evidence = hit.flatMap(({ pod, line, failed }) => [
      { source: `log of ${pod.metadata.name}`, text: line },
      ...(failed ? [{ source: `metrics of ${pod.metadata.name}`, text: `${failed.metric} ${failed.value}` }] : []),
    ])
    yield finding('DNS202', podRef(hit[0].pod), { pods: names }, 'soon', evidence)
  },
})

/** The last refusal, unless CoreDNS loaded a Corefile after it. */
function refusal(lines: readonly string[]): string | undefined {
  const refused = lines.findLastIndex(line => patterns.reloadFailed.test(line))
  const loaded = lines.findLastIndex(line => /Reloading complete/.test(line))
  return refused > loaded ? lines[refused] : undefined
}
