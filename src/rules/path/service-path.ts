import { finding, refName } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { dnsService, hasAddress, serviceRef } from '../../snapshot/dns.ts'
import { readyEndpoints } from '../../snapshot/endpoints.ts'
import { howOf, isMute, nodesOf, observationLines, type Row, reachOfNodes } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'service-path',
  title: "the DNS Service's address leads to the DNS Pods on every node",
  codes: ['DNS501'],
  inputs: ['services', 'endpointSlices', 'observations'],
  uses: ['kubelets', 'probes', 'pods', 'answers'],
  *check({ services, endpointSlices, kubelets, ...evidence }) {
    const service = dnsService({ services, kubelets })
    const { rows, all, host } = matrixOf(evidence)
    // Without ready endpoints there is nothing to lead to, and kube-proxy refuses: that has a code of its own.
    if (!service || readyEndpoints(service, endpointSlices).length === 0) return
    const own = rows.filter(r => r.to.kind === 'service' && hasAddress(service, r.to.address))
    const hit = own.filter(r => isMute(r) && reachesEveryPod(r.node, rows))
    if (!hit[0]) return
    const nodes = nodesOf(hit)
    const asked = hit.flatMap(r => r.asked)
    const direct = rows.filter(r => r.to.kind === 'pod' && r.node === nodes[0]).flatMap(r => r.asked.slice(0, 1))
    const fromHost = host.filter(o => nodes.includes(o.node) && hasAddress(service, o.to.address))
    const args = { service: refName(service.metadata), address: hit[0].to.address, nodes, how: howOf(asked) }
    yield finding('DNS501', serviceRef(service), args, reachOfNodes(nodes, all), [
      ...observationLines(asked, 4),
      ...observationLines(direct, 3),
      ...observationLines(fromHost, 2),
    ])
  },
})

/** With one DNS Pod out of reach the Service fails in its share of queries: only all of them together clear the way to them. */
function reachesEveryPod(node: string, rows: readonly Row[]): boolean {
  const pods = rows.filter(r => r.node === node && r.to.kind === 'pod')
  return pods.length > 0 && pods.every(r => r.silent.length === 0)
}
