import { inputNames } from './rights.ts'
import type { Rule } from './rules/rule.ts'
import { clusterEngine, dnsService, isGoing, outsideAddress } from './snapshot/dns.ts'
import { cacheDoubt } from './snapshot/node-cache.ts'
import { isSilence } from './snapshot/right.ts'
import type { Evidence, Gap, Input, Snapshot } from './snapshot/snapshot.ts'

/** The gap that hides which DNS server runs; undefined where that is known. */
function hiddenEngine({ evidence, gaps }: Snapshot): Gap | undefined {
  if (['coredns', 'kube-dns'].includes(clusterEngine(evidence))) return undefined
  return gaps.find(g => g.input === 'pods' || g.input === 'workloads')
}

/** False for a rule of another DNS server than the one that runs here. */
export const isFor = (snapshot: Snapshot, rule: Rule): boolean =>
  rule.engine === undefined || rule.engine === clusterEngine(snapshot.evidence) || hiddenEngine(snapshot) !== undefined

/** Why the word of a rule that found nothing is not enough; null when it is. Pods may ask a cache before the Service. */
export const whyDoubted = (snapshot: Snapshot, rule: Rule): string | null =>
  rule.subject === 'service' ? cacheDoubt(snapshot.evidence) : whyPoliciesDoubted(snapshot, rule)

/** A NetworkPolicy that was not seen may be why what Pods ask is silent. Where Pods are answered none keeps them from it. */
function whyPoliciesDoubted({ evidence, gaps }: Snapshot, { uses }: Rule): string | null {
  const gap = uses.includes('networkPolicies') && gaps.find(g => g.input === 'networkPolicies')
  const isFront = (kind: string) => kind === 'service' || kind === 'resolver'
  const isSilent = evidence.observations.some(o => o.from === 'pod' && isFront(o.to.kind) && isSilence(o.result))
  return gap && isSilent ? whyGap(gap) : null
}

/** What it means that there is nothing of an input although nothing was refused. */
const emptyMeans: { readonly [I in Input]?: string } = {
  answers: 'no DNS Pod runs that could be asked',
  kubelets: 'no kubelet could be asked',
  observations: 'no probe Pod could ask',
}

/** Why a rule cannot be held against this evidence; null when it can. */
export function whySkipped(snapshot: Snapshot, rule: Rule): string | null {
  const hidden = rule.engine && hiddenEngine(snapshot)
  if (hidden) return whyGap(hidden)
  for (const input of rule.inputs) {
    const isEmpty = snapshot.evidence[input].length === 0
    const gap = snapshot.gaps.find(g => g.input === input)
    if (gap && (isEmpty || needsAll(input, snapshot.evidence))) return whyGap(gap)
    const meaning = isEmpty && emptyMeans[input]
    if (meaning) return meaning
  }
  return rule.subject ? whyNothing[rule.subject](snapshot) : null
}

const whyNothing = {
  service: (snapshot: Snapshot) =>
    whyOutside(snapshot) ?? (dnsService(snapshot.evidence) ? null : 'there is no DNS Service'),
  pods: ({ evidence }: Snapshot) => (evidence.pods.some(p => !isGoing(p)) ? null : 'there is no DNS Pod'),
  'in-cluster': (snapshot: Snapshot) => whyOutside(snapshot) ?? whyUnseen(snapshot),
} as const

/** Where the DNS of Pods is the cloud's, the cluster needs neither a DNS Service nor a server behind it. */
function whyOutside({ evidence, gaps }: Snapshot): string | null {
  const address = outsideAddress(evidence)
  if (address === undefined) return null
  const hidden = gaps.find(g => g.input === 'workloads')
  return hidden ? whyGap(hidden) : `Pods ask ${address}, which is no Service of this cluster`
}

/** Only kubelets tell of a DNS Service outside kube-system; without them, what lies there has to say it is DNS's. */
function whyUnseen({ evidence, gaps }: Snapshot): string | null {
  const { kubelets, nodes, pods, workloads } = evidence
  const hasNodes = nodes.length > 0 || gaps.some(g => g.input === 'nodes' || g.input === 'kubelets')
  if (kubelets.length > 0 || !hasNodes || dnsService(evidence)) return null
  const labels = [...pods.map(p => p.metadata.labels), ...workloads.map(w => w.spec.template.metadata?.labels)]
  if (labels.some(l => l?.['k8s-app'] === 'kube-dns')) return null
  return 'the kubelets could not be asked which Service they use'
}

const whyGap = (gap: Gap): string => `${inputNames[gap.input]} could not be read (${gap.why.replace('-', ' ')})`

/** Where absence is a fault, what was not seen may be the very thing that would be said to be missing. */
function needsAll(input: Input, evidence: Evidence): boolean {
  if (input === 'configMaps') return true
  return input === 'services' && dnsService(evidence) === undefined
}
