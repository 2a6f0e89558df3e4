import { finding, refName } from '../../finding.ts'
import { probeLabels } from '../../probes/pod.ts'
import { type Judged, judged, observationLines, type Row, rowsOf } from '../../snapshot/matrix.ts'
import type { NetworkPolicy, Pod } from '../../snapshot/objects.ts'
import type { Protocol } from '../../snapshot/observations.ts'
import { blockedBy, type Direction, type End } from '../../snapshot/policies.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  name: 'network-policy',
  title: 'no NetworkPolicy keeps Pods from the DNS Pods',
  codes: ['DNS507'],
  inputs: ['probes', 'observations'],
  uses: ['networkPolicies', 'pods'],
  *check({ networkPolicies, pods, ...evidence }) {
    const rows = rowsOf(judged(evidence))
    const namespace = evidence.probes.find(p => p.from === 'pod')?.namespace ?? ''
    const ways = waysOf(rows, pods)
    for (const direction of ['egress', 'ingress'] as const) {
      const closed = ways.filter(way => policiesOn(way, direction, namespace, networkPolicies).length > 0)
      const felt = closed.filter(way => isFelt(way, closed, rows))
      const policies = new Set(felt.flatMap(way => policiesOn(way, direction, namespace, networkPolicies)))
      const [first] = policies
      if (!first) continue
      const args = {
        policies: [...policies].map(p => refName(p.metadata)),
        direction,
        namespace,
        protocols: [...new Set(felt.map(way => way.protocol.toUpperCase()))],
        pods: [...new Set(felt.map(way => way.pod.metadata.name))],
      }
      const isAll = ways.every(way => way.protocol !== 'udp' || felt.includes(way))
      yield finding('DNS507', refOf(first), args, isAll ? 'all' : 'some', [
        ...[...policies].slice(0, 3).map(p => lineOf(p, direction)),
        ...observationLines(felt.flatMap(way => way.asked)),
      ])
    }
  },
})

/** One DNS Pod over one protocol, and what probes saw of it, whatever their node. */
interface Way {
  readonly pod: Pod
  readonly address: string
  readonly port: number
  readonly protocol: Protocol
  readonly asked: readonly Judged[]
  readonly isHeard: boolean
}

function waysOf(rows: readonly Row[], pods: readonly Pod[]): readonly Way[] {
  const toPods = Map.groupBy(rows, r => (r.to.kind === 'pod' ? r.to.name : ''))
  return pods.flatMap(pod => {
    const own = toPods.get(pod.metadata.name) ?? []
    const { address, port } = own[0]?.to ?? { address: '', port: 53 }
    return (['udp', 'tcp'] as const).flatMap(protocol => {
      const asked = own.flatMap(r => r.asked.filter(o => o.protocol === protocol))
      const isHeard = own.some(r => r.heard.includes(protocol))
      return asked.length > 0 ? [{ pod, address, port, protocol, asked, isHeard }] : []
    })
  })
}

function policiesOn(
  { pod: { metadata, spec }, address, port, protocol }: Way,
  direction: Direction,
  namespace: string,
  policies: readonly NetworkPolicy[],
): readonly NetworkPolicy[] {
  const from: End = { namespace, labels: probeLabels, ports: [] }
  const ports = spec.containers.flatMap(c => c.ports ?? [])
  const to: End = { namespace: metadata.namespace ?? '', labels: metadata.labels ?? {}, address, ports }
  return blockedBy(policies, { from, to, protocol: protocol === 'udp' ? 'UDP' : 'TCP', port }, direction)
}

/**
 * True when the policy does what it says: that DNS Pod answers nobody, and where all are closed, neither does the Service. Not
 * every network plug-in enforces policies, and some judge a query before the Service sends it on.
 */
function isFelt(way: Way, closed: readonly Way[], rows: readonly Row[]): boolean {
  if (way.isHeard) return false
  const isClosed = rows.every(r => r.to.kind !== 'pod' || closed.some(c => isOn(c, r) && c.protocol === way.protocol))
  return !isClosed || !rows.some(r => r.to.kind === 'service' && r.heard.includes(way.protocol))
}

const isOn = (way: Way, row: Row): boolean => way.pod.metadata.name === row.to.name

const refOf = ({ metadata }: NetworkPolicy) => ({
  kind: 'NetworkPolicy',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

const lineOf = (policy: NetworkPolicy, direction: Direction) => ({
  source: `NetworkPolicy ${refName(policy.metadata)}`,
  text: policy.spec[direction]?.length
    ? `none of its ${direction} rules is for the port of the DNS Pods`
    : `it has no ${direction} rule, and so allows nothing`,
})
