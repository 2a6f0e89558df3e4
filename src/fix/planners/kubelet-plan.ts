import { list } from '../../catalog/entry.ts'
import type { Code } from '../../catalog.ts'
import { kubeletFiles } from '../node/read-script.ts'
import type { NodeChange, Refusal } from '../plan.ts'
import type { FixContext, NodeFacts, Planner } from './context.ts'
import { withFlag } from './kubelet-edits.ts'
import { type NeedyNode, sortNodes } from './kubelet-nodes.ts'
import { flagsFileOf, isImmutable, kubeletPlace } from './kubelet-places.ts'

type NodeMethod = 'kubeadm' | 'kubelet'

/** What another resolv.conf for Pods repairs: only where upstreams come from there. */
export const nodeCodes: readonly Code[] = ['DNS105', 'DNS301', 'DNS305', 'DNS401', 'DNS404']

/** `--resolv-conf` among the extra arguments of each kubelet that hands out a loopback resolver. */
const planner: Planner = {
  name: 'kubelet',
  codes: nodeCodes,
  plan(context) {
    const refused = whyNotOnNodes(context, 'kubelet')
    if (refused !== undefined) return refused
    const { needy, fine, left } = sortNodes(context.nodeFacts, context.snapshot.evidence, null)
    const made = needy.map(node => changeOf(context, node))
    const changes = made.filter(m => typeof m !== 'string')
    const open = [...left, ...made.filter(m => typeof m === 'string')]
    if (changes.length === 0 && open.length > 0) return nothingDone('kubelet', open)
    const inherits = changes.length > 0 ? ['new nodes do not get it: set it where they are made'] : []
    return { method: 'kubelet', changes, notes: [...fineNotes(fine), ...open, ...inherits] }
  },
}

export default planner

/** Null where it is no matter of nodes; undefined where nothing is against looking at them. */
export function whyNotOnNodes({ findings, options, snapshot, nodeFacts }: FixContext, method: NodeMethod) {
  const isFromNodes = findings.some(f => f.code === 'DNS401' || (f.code === 'DNS301' && f.args.from === 'resolv.conf'))
  if (!isFromNodes && options.method !== method) return null
  if (options.upstreams.length > 0 || Object.keys(options.stubDomains).length > 0)
    return refusal(method, 'Pods then ask what their nodes ask: --upstream and --stub-domain have no meaning for it', [
      'kubectl dnsfix fix --method configmap',
    ])
  const place = kubeletPlace(snapshot.evidence)
  if (place !== null) return refusal(method, 'the kubelets of this cluster are not set up by kubeadm', [place])
  return nodeFacts.length > 0 ? undefined : refusal(method, 'no node was looked at', [byConfigMap])
}

const byConfigMap = 'kubectl dnsfix fix --method configmap --upstream IP,IP'

export const refusal = (method: NodeMethod, reason: string, steps: readonly string[]): Refusal => ({
  method,
  reason,
  steps,
})

/** Every node that needs it is left out. */
export const nothingDone = (method: NodeMethod, left: readonly string[]): Refusal =>
  refusal(method, left.join('; '), [
    'give the DNS servers of your network to the nodes (netplan, NetworkManager, DHCP), or',
    byConfigMap,
  ])

export const fineNotes = (fine: readonly NodeFacts[]): readonly string[] =>
  [...Map.groupBy(fine, f => f.resolvConf)].map(
    ([path, group]) => `${list(group.map(f => f.node))} hand out ${path} already: nothing to change there`,
  )

/** The findings that go away when nodes hand out other files. */
export const foundCodes = ({ findings }: FixContext): readonly Code[] =>
  [...new Set(findings.map(f => f.code))].filter(code => nodeCodes.includes(code))

/** The change, or why this node is left out. */
function changeOf(context: FixContext, { facts, target }: NeedyNode): NodeChange | string {
  const { node, osImage, files } = facts
  if (isImmutable(osImage)) return `${node} is left out: ${osImage} keeps its settings elsewhere`
  const file = flagsFileOf(osImage, files, kubeletFiles)
  if (file === null)
    return `${node} is left out: where ${osImage || 'its system'} keeps arguments of the kubelet is not known`
  const before = files[file] ?? null
  const after = withFlag(before, target)
  if (typeof after !== 'string') return `${node} is left out: ${after.unclear} (${file})`
  return nodeChange(
    context,
    { facts, target },
    {
      file,
      before,
      after,
      survives: [
        'reboots and kubeadm upgrade leave it as it is: it stands last on the command line of the kubelet',
        'a node that is made anew does not have it',
      ],
    },
  )
}

/** A change of a file on a node that makes its kubelet hand out another one. */
export const nodeChange = (
  context: FixContext,
  { facts, target }: NeedyNode,
  made: Pick<NodeChange, 'file' | 'before' | 'after' | 'survives'>,
): NodeChange => ({
  kind: 'node',
  node: facts.node,
  ...made,
  codes: foundCodes(context),
  why: `${facts.resolvConf || 'No file'} is what the kubelet hands out, and it names no server that Pods can ask; ${target} names the real ones`,
  reach: `every Pod with dnsPolicy Default on ${facts.node}`,
  risk: 'restarts',
})
