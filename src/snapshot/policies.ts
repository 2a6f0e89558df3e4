import { isInBlock } from './blocks.ts'
import type { LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort } from './policy-objects.ts'

export type Direction = 'egress' | 'ingress'

/** One end of a connection; what is no Pod has no namespace. The address of a probe Pod is not kept, and it declares no ports. */
export interface End {
  readonly namespace?: string
  readonly labels: Readonly<Record<string, string>>
  readonly address?: string
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
}

export interface Connection {
  readonly from: End
  readonly to: End
  readonly protocol: 'UDP' | 'TCP'
  readonly port: number
}

/**
 * The policies that keep a connection from being made, in one direction: those that select the Pod at that end, when not one of
 * them allows it (policies add up). Empty when it is allowed, or when no policy selects the Pod. What cannot be told from what
 * was read (other labels of namespaces than their name) counts as allowed. Kubernetes: networking.k8s.io/v1 NetworkPolicySpec.
 */
export function blockedBy(
  policies: readonly NetworkPolicy[],
  connection: Connection,
  direction: Direction,
): readonly NetworkPolicy[] {
  const own = direction === 'egress' ? connection.from : connection.to
  const isolating = policies.filter(
    p => p.metadata.namespace === own.namespace && isFor(p, direction) && hasLabels(p.spec.podSelector, own.labels),
  )
  return isolating.some(p => allows(p, connection, direction)) ? [] : isolating
}

/** Without policyTypes a policy is for ingress, and for egress when it has rules for it. */
function isFor({ spec }: NetworkPolicy, direction: Direction): boolean {
  if (spec.policyTypes && spec.policyTypes.length > 0)
    return spec.policyTypes.some(type => type.toLowerCase() === direction)
  return direction === 'ingress' || (spec.egress?.length ?? 0) > 0
}

function allows({ metadata, spec }: NetworkPolicy, connection: Connection, direction: Direction): boolean {
  const rules =
    direction === 'egress'
      ? (spec.egress ?? []).map(r => ({ peers: r.to ?? [], ports: r.ports ?? [] }))
      : (spec.ingress ?? []).map(r => ({ peers: r.from ?? [], ports: r.ports ?? [] }))
  const other = direction === 'egress' ? connection.to : connection.from
  return rules.some(
    ({ peers, ports }) =>
      (peers.length === 0 || peers.some(p => isPeer(p, metadata.namespace ?? '', other))) &&
      (ports.length === 0 || ports.some(p => isPort(p, connection))),
  )
}

function isPeer({ ipBlock, podSelector, namespaceSelector }: PolicyPeer, namespace: string, other: End): boolean {
  if (ipBlock) return other.address === undefined || isInBlock(ipBlock, other.address)
  if (other.namespace === undefined) return false
  const isThere = namespaceSelector ? isNamespace(namespaceSelector, other.namespace) : namespace === other.namespace
  return isThere && hasLabels(podSelector, other.labels)
}

/** A name of a port is the destination's own; no port at all means every port of the protocol. */
function isPort({ protocol = 'TCP', port, endPort }: PolicyPort, connection: Connection): boolean {
  if (protocol !== connection.protocol) return false
  if (port === undefined) return true
  if (typeof port === 'number') return port <= connection.port && connection.port <= (endPort ?? port)
  return connection.to.ports.some(
    p => p.name === port && (p.protocol ?? 'TCP') === protocol && p.containerPort === connection.port,
  )
}

/** Every namespace has its name as a label; its other labels are not read, and may be right. */
function isNamespace(selector: LabelSelector, namespace: string): boolean {
  const label = 'kubernetes.io/metadata.name'
  const wanted = selector.matchLabels?.[label]
  const known = (selector.matchExpressions ?? []).filter(e => e.key === label)
  return (wanted === undefined || wanted === namespace) && known.every(e => isMet(e, namespace))
}

/** No selector, or an empty one, takes every Pod. */
const hasLabels = (selector: LabelSelector | undefined, labels: End['labels']): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(e => isMet(e, labels[e.key]))

type Expression = NonNullable<LabelSelector['matchExpressions']>[number]

/** A label that is not there is in no list (Kubernetes: labels and selectors, set-based requirement). */
function isMet({ operator, values = [] }: Expression, value: string | undefined): boolean {
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const isListed = value !== undefined && values.includes(value)
  return operator === 'In' ? isListed : !isListed
}
