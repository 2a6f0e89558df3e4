import type { ReportedProbe } from './probes.ts'
import { shortNames } from './short-names.ts'

export type ReportedTarget = ReportedProbe['to']

const kinds: readonly ReportedTarget['kind'][] = ['service', 'resolver', 'pod', 'upstream']

export const targetKey = (to: ReportedTarget): string => `${to.kind} ${to.name} ${to.address} ${to.port}`

/** Every target that was asked, once, on the way of a query: the Service, what stands in for it, the DNS Pods, the upstreams. */
export function targetsOf(probes: readonly ReportedProbe[]): readonly ReportedTarget[] {
  const all = [...new Map(probes.map(p => [targetKey(p.to), p.to])).values()]
  return all.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}

/** `10.0.0.2`, `10.0.0.2:5353`, `[fd00::2]:5353`: the port only where it is not DNS's own. */
export function addressText({ address, port }: ReportedTarget): string {
  if (port === 53) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A target in a sentence: `Service kube-dns 10.96.0.10`, `upstream 8.8.8.8`. */
export function targetText(to: ReportedTarget): string {
  if (to.kind === 'service') return `Service ${to.name} ${addressText(to)}`
  if (to.kind === 'pod') return `${to.name}${to.node === null ? '' : ` on ${to.node}`}`
  return `${to.kind} ${addressText(to)}`
}

const podNameWidth = 14

/** The two lines over the column of each target, by its key. `nodes` has the names that rows have for the nodes. */
export function headsOf(
  targets: readonly ReportedTarget[],
  nodes: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly [string, string]> {
  const pods = shortNames(
    targets.filter(t => t.kind === 'pod').map(t => t.name),
    podNameWidth,
  )
  return new Map(targets.map(t => [targetKey(t), headOf(t, pods, nodes)]))
}

type Names = ReadonlyMap<string, string>

function headOf(to: ReportedTarget, pods: Names, nodes: Names): readonly [string, string] {
  if (to.kind === 'pod') {
    return [pods.get(to.name) ?? to.name, to.node === null ? addressText(to) : `on ${nodes.get(to.node) ?? to.node}`]
  }
  return to.kind === 'upstream' ? [addressText(to), 'upstream'] : [headWords[to.kind], addressText(to)]
}

const headWords = { service: 'Service', resolver: 'resolver' } as const
