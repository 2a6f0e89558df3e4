import { finding, refName } from '../../finding.ts'
import { probeLabels } from '../../probes/pod.ts'
import { servesCluster } from '../../snapshot/felt.ts'
import { type Judged, judged, observationLines, type Row, rowsOf } from '../../snapshot/matrix.ts'
import type { Pod } from '../../snapshot/objects.ts'
import type { Protocol } from '../../snapshot/observations.ts'
import { blockedBy, type Direction, type End } from '../../snapshot/policies.ts'
import type { NetworkPolicy } from '../../snapshot/policy-objects.ts'
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
    const from: End = { namespace, labels: probeLabels, ports: [] }
    const ways = waysOf(rows, pods)
    for (const direction of ['egress', 'ingress'] as const) {
      const policiesOn = ({ to, port, protocol }: Way) =>
        blockedBy(networkPolicies, { from, to, protocol: protocol === 'udp' ? 'UDP' : 'TCP', port }, direction)
      const felt = protocols.flatMap(p => feltOf(p, ways, rows, policiesOn))
      const policies = new Set(felt.flatMap(policiesOn))
      const [first] = policies
      if (!first) continue
      const args = {
        policies: [...policies].map(p => refName(p.metadata)),
        direction,
        namespace,
        protocols: [...new Set(felt.map(way => way.protocol.toUpperCase()))],
        pods: [...new Set(felt.map(way => way.name))],
      }
      const isAll = ways.every(way => way.protocol !== 'udp' || felt.includes(way))
      yield finding('DNS507', refOf(first), args, isAll ? 'all' : 'some', [
        ...[...policies].slice(0, 3).map(p => lineOf(p, direction)),
        ...observationLines(felt.flatMap(way => way.asked)),
      ])
    }
  },
})

const protocols: readonly Protocol[] = ['udp', 'tcp']

/** One target over one protocol, and what probes saw of it, whatever their node. */
interface Way {
  readonly name: string
  readonly to: End
  readonly port: number
  readonly protocol: Protocol
  readonly asked: readonly Judged[]
  readonly isHeard: boolean
}

function waysOf(rows: readonly Row[], pods: readonly Pod[]): readonly Way[] {
  const toPods = Map.groupBy(rows, r => (r.to.kind === 'pod' ? r.to.name : ''))
  return pods.flatMap(({ metadata: { name, namespace = '', labels = {} }, spec }) => {
    const own = toPods.get(name) ?? []
    const ports = spec.containers.flatMap(c => c.ports ?? [])
    return own[0] ? waysTo({ namespace, labels, address: own[0].to.address, ports }, own) : []
  })
}

function waysTo(to: End, rows: readonly Row[]): readonly Way[] {
  const { name = '', port = 53 } = rows[0]?.to ?? {}
  return protocols.flatMap(protocol => {
    const asked = rows.flatMap(r => r.asked.filter(o => o.protocol === protocol))
    const isHeard = rows.some(r => r.heard.includes(protocol))
    return asked.length > 0 ? [{ name, to, port, protocol, asked, isHeard }] : []
  })
}

/** The ways out of the cluster; who is there has no labels. */
function outsideWays(rows: readonly Row[]): readonly Way[] {
  const toUpstreams = Map.groupBy(
    rows.filter(r => r.to.kind === 'upstream'),
    r => r.to.address,
  )
  return [...toUpstreams].flatMap(([address, own]) => waysTo({ labels: {}, address, ports: [] }, own))
}

/**
 * The ways to DNS Pods on which policies do what they say: that DNS Pod answers nobody, and where all are closed, neither does the
 * Service nor a cache before it. Not every network plug-in enforces policies: then an upstream answers that they forbid as well. Some judge a query before
 * the Service sends it on.
 */
function feltOf(
  protocol: Protocol,
  ways: readonly Way[],
  rows: readonly Row[],
  policiesOn: (way: Way) => readonly NetworkPolicy[],
): readonly Way[] {
  const isClosed = (way: Way) => way.protocol === protocol && policiesOn(way).length > 0
  if (outsideWays(rows).some(way => way.isHeard && isClosed(way))) return []
  const closed = ways.filter(isClosed)
  const names = new Set(closed.map(way => way.name))
  const isWhole = rows.every(r => r.to.kind !== 'pod' || names.has(r.to.name))
  const isServed = rows.some(r => servesCluster(r) && r.heard.includes(protocol))
  return isWhole && isServed ? [] : closed.filter(way => !way.isHeard)
}

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
