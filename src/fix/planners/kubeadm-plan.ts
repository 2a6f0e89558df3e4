import { list } from '../../catalog/entry.ts'
import type { Code } from '../../catalog.ts'
import { minorOf } from '../../criteria/kubeadm.ts'
import type { ConfigMap } from '../../snapshot/objects.ts'
import { storedKubeletConfig } from '../../snapshot/survival.ts'
import { kubeletFiles } from '../node/read-script.ts'
import { resolvConfIn } from '../node/resolv-conf.ts'
import type { KubeObject, NodeChange, ObjectChange, Plan, Refusal } from '../plan.ts'
import { dataOf, withData } from './config-map.ts'
import type { FixContext, NodeFacts, Planner } from './context.ts'
import { withResolvConf } from './kubelet-edits.ts'
import { type NeedyNode, type SortedNodes, sortNodes, targets } from './kubelet-nodes.ts'
import { fineNotes, foundCodes, nodeChange, nodeCodes, nothingDone, refusal, whyNotOnNodes } from './kubelet-plan.ts'

/** `resolvConf` in ConfigMap kubelet-config, and on each node that needs it by kubeadm's own phase. */
const planner: Planner = {
  name: 'kubeadm',
  codes: nodeCodes satisfies readonly Code[],
  plan(context) {
    const refused = whyNotOnNodes(context, 'kubeadm')
    if (refused !== undefined) return refused
    const found = [...context.objects].find(([path]) => /\/configmaps\/kubelet-config(-1\.\d+)?$/.test(path))
    if (!found)
      return refusal('kubeadm', 'ConfigMap kubelet-config is not there', ['kubectl dnsfix fix --method kubelet'])
    const evidence = context.snapshot.evidence
    const sorted = targets.map(target => ({ target, nodes: sortNodes(context.nodeFacts, evidence, target) }))
    const best = sorted.toSorted((a, b) => b.nodes.needy.length - a.nodes.needy.length)[0]
    return best ? planOf(context, found, best.target, best.nodes) : null
  },
}

export default planner

function planOf(
  context: FixContext,
  [path, live]: readonly [string, KubeObject],
  target: string,
  { needy, fine, left }: SortedNodes,
): Plan | Refusal {
  const lacking = context.nodeFacts.filter(f => f.problem === null && f.ready && f.files[target] === null)
  if (lacking.length > 0 && needy.length > 0) return mixed(lacking, target)
  const made = needy.map(node => changeOf(context, node))
  const nodes = made.filter(m => typeof m !== 'string')
  const open = [...left, ...made.filter(m => typeof m === 'string')]
  if (nodes.length === 0 && open.length > 0) return nothingDone('kubeadm', open)
  const map = mapChange(context, path, live, target, nodes.length > 0)
  if (map && 'reason' in map) return map
  const changes = [...(map ? [map] : []), ...nodes]
  const unseen = changes.length > 0 ? otherSystems(context, target) : []
  return { method: 'kubeadm', changes, notes: [...fineNotes(fine), ...open, ...unseen] }
}

/** One path for the whole cluster: a node without that file would start no Pod (kubernetes/kubeadm#3034). */
const mixed = (lacking: readonly NodeFacts[], target: string): Refusal =>
  refusal(
    'kubeadm',
    `ConfigMap kubelet-config is for all nodes, and ${list(lacking.map(f => f.node))} has no ${target}`,
    ['kubectl dnsfix fix --method kubelet'],
  )

/** Undefined where the ConfigMap says so already, or leaves it to kubeadm on each node and none needs it. */
function mapChange(
  context: FixContext,
  path: string,
  live: KubeObject,
  target: string,
  isNeeded: boolean,
): ObjectChange | Refusal | undefined {
  const stored = storedKubeletConfig({ configMaps: [live as unknown as ConfigMap] })?.resolvConf ?? null
  if (stored === target || (stored === null && !isNeeded)) return undefined
  const text = withResolvConf(dataOf(live).kubelet ?? '', target)
  const steps = [`kubectl -n kube-system edit configmap ${live.metadata.name} (resolvConf: ${target})`]
  if (typeof text !== 'string')
    return refusal('kubeadm', `ConfigMap kubelet-config cannot be changed: ${text.unclear}`, steps)
  return {
    kind: 'object',
    path,
    before: live,
    after: withData(live, { kubelet: text }),
    awaits: 'nothing',
    codes: foundCodes(context),
    why: `kubeadm writes the configuration of kubelets from it, and ${stored ?? 'no file'} is what it names for Pods`,
    reach: 'every node that joins, and every node at its next kubeadm upgrade',
    risk: 'safe',
    survives: [survival(context)],
  }
}

/** A ConfigMap that differs from its checksum is the user's (kubeadm, componentconfigs/checksums.go). */
const survival = ({ snapshot: { evidence } }: FixContext): string => {
  const minor = minorOf(evidence)
  return minor !== null && minor >= 19
    ? 'kubeadm takes a changed kubelet-config for one of the user, and keeps it at upgrades'
    : 'what an upgrade of this old kubeadm makes of kubelet-config is not known'
}

function changeOf(context: FixContext, needy: NeedyNode): NodeChange | string {
  const { facts, target } = needy
  const { node, configYaml, files } = facts
  const { debFlags, rpmFlags, kubeadmFlags, config } = kubeletFiles
  const flagged = [debFlags, rpmFlags, kubeadmFlags].find(path => resolvConfIn(files[path] ?? '') !== null)
  if (flagged)
    return `${node} is left out: --resolv-conf in ${flagged} counts before the configuration; use --method kubelet`
  if (facts.kubeadm === false) return `${node} is left out: it has no kubeadm; use --method kubelet`
  if (configYaml === null) return `${node} is left out: it has no ${config}`
  const after = withResolvConf(configYaml, target)
  if (typeof after !== 'string') return `${node} is left out: ${config} cannot be changed: ${after.unclear}`
  return nodeChange(context, needy, {
    file: config,
    before: configYaml,
    after,
    survives: [
      'reboots leave it as it is, and kubeadm upgrade node writes the same again from ConfigMap kubelet-config',
    ],
  })
}

/** New nodes get it, too, whatever their system: those that were not seen to have the file are named. */
function otherSystems({ nodeFacts, snapshot }: FixContext, target: string): readonly string[] {
  const isSeen = new Set(nodeFacts.filter(f => typeof f.files[target] === 'string').map(f => f.osImage))
  const images = snapshot.evidence.nodes.flatMap(n => n.status?.nodeInfo?.osImage ?? [])
  const open = [...new Set(images)].filter(image => !isSeen.has(image))
  const inherit = `nodes that join get resolvConf: ${target} too, and start no Pods where that file is missing`
  return [inherit, ...(open.length > 0 ? [`it was not seen whether ${list(open)} has ${target}`] : [])]
}
