import { sameAddress } from '../../dns/address.ts'
import { finding, refName } from '../../finding.ts'
import { matrixOf } from '../../snapshot/blame.ts'
import { dnsService, hasAddress, serviceRef } from '../../snapshot/dns.ts'
import { readyEndpoints } from '../../snapshot/endpoints.ts'
import { reachOfFronts } from '../../snapshot/felt.ts'
import { howOf, isMute, nodesOf, observationLines, type Row } from '../../snapshot/matrix.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'service-path',
  title: "the DNS Service's address leads to the DNS Pods on every node",
  codes: ['DNS501'],
  inputs: ['services', 'endpointSlices', 'observations'],
  uses: ['kubelets', 'probes', 'pods', 'answers'],
  *check({ services, endpointSlices, ...evidence }) {
    const service = dnsService({ services, kubelets: evidence.kubelets })
    const { rows, host, fronts } = matrixOf(evidence)
    // Without ready endpoints there is nothing to lead to, and kube-proxy refuses: that has a code of its own.
    if (!service || readyEndpoints(service, endpointSlices).length === 0) return
    const own = rows.filter(r => r.to.kind === 'service' && hasAddress(service, r.to.address))
    const pods = podsByNode(rows)
    const hit = own.filter(r => isMute(r) && isEachReached(pods.get(r.node) ?? []))
    for (const [address, group] of Map.groupBy(hit, r => r.to.address)) {
      const nodes = nodesOf(group)
      const asked = group.flatMap(r => r.asked)
      const reached = nodes.flatMap(node => pods.get(node) ?? [])
      const direct = reached.filter(r => r.node === nodes[0]).flatMap(r => r.asked.slice(0, 1))
      const fromHost = host.filter(o => nodes.includes(o.node) && sameAddress(o.to.address, address))
      const askedPods = reached.some(r => isV6(r.to.address) === isV6(address)) ? 'same-family' : 'other-family'
      const args = { service: refName(service.metadata), address, askedPods, nodes, how: howOf(asked) } as const
      yield finding('DNS501', serviceRef(service), args, reachOfFronts(nodes, fronts), [
        ...observationLines(asked, 4),
        ...observationLines(direct, 3),
        ...observationLines(fromHost, 2),
      ])
    }
  },
})

const podsByNode = (rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> =>
  Map.groupBy(
    rows.filter(r => r.to.kind === 'pod'),
    r => r.node,
  )

/** With one DNS Pod out of reach the Service fails in its share of queries: only all of them together clear the way to them. */
const isEachReached = (pods: readonly Row[]): boolean => pods.length > 0 && pods.every(r => r.silent.length === 0)

const isV6 = (address: string): boolean => address.includes(':')
