import { RequestError } from '../../kube/failures.ts'
import { inParallel } from '../../probes/parallel.ts'
import { whyNotReady } from '../../probes/reasons.ts'
import type { Node } from '../../snapshot/objects.ts'
import type { NodeFacts } from '../planners/context.ts'
import { removeLeftovers } from './earlier.ts'
import { NotRun } from './hear.ts'
import { askResolvConf } from './kubelet.ts'
import { kubeletFiles, readScript, resolverFiles } from './read-script.ts'
import { resolvConfOf, resolversIn } from './resolv-conf.ts'
import { runOnNode } from './run.ts'
import type { Transcript } from './transcript.ts'
import type { NodeWork } from './work.ts'

/** What was seen on a node, and whether it can be worked on with kubeadm. */
export interface SeenNode extends NodeFacts {
  /** the program is there */
  readonly kubeadm: boolean
}

/** Enough to be quick, few enough for a small cluster's API server. */
const atOnce = 8

/** Looks at these nodes, some at a time; the facts are in the order of the nodes. Rejects as `readNode` does. */
export async function readNodes(work: NodeWork, nodes: readonly Node[]): Promise<readonly SeenNode[]> {
  const over = new AbortController()
  const within = { ...work, signal: AbortSignal.any([work.signal, over.signal]) }
  const seen: SeenNode[] = []
  const read = async (i: number) => {
    seen[i] = await readNode(within, nodes[i] as Node)
  }
  await removeLeftovers(work.client, work.namespace)
  await inParallel(nodes.length, atOnce, read, () => over.abort())
  return seen
}

/**
 * Looks at what decides on a node where its Pods get their resolv.conf from, through a short-lived Pod, and changes nothing. No Secret is
 * read, and none of the kubelet's credentials. What cannot be seen is the `problem` of the node; rejects only when the signal aborts.
 */
export async function readNode(work: NodeWork, node: Node): Promise<SeenNode> {
  const notReady = whyNotReady(node)
  if (notReady) return unseen(node, notReady)
  try {
    const running = await askResolvConf(work, node.metadata.name).catch(unlessRequest)
    const own = running !== null && plain.test(running) ? [running] : []
    const paths = new Set([...Object.values(kubeletFiles), ...resolverFiles, ...own])
    const variables = { FILES: [...paths].join(' '), FOLDERS: '/etc /var/lib/kubelet' }
    const script = { script: readScript, variables, kind: 'look' } as const
    return factsOf(node, await runOnNode(work, node.metadata.name, script), running)
  } catch (error) {
    if (error instanceof NotRun) return unseen(node, error.message)
    throw error
  }
}

/** A path that neither a shell nor Kubernetes takes for anything else. */
const plain = /^\/[\w./@+-]+$/

/** A kubelet that is not asked is read off its files. */
const unlessRequest = (error: unknown): null => {
  if (error instanceof RequestError && error.kind !== 'aborted') return null
  throw error
}

function factsOf(node: Node, transcript: Transcript, running: string | null): SeenNode {
  const keys = new Map(transcript.map(({ key, value }) => [key, value]))
  const texts = [...keys].filter(([key]) => /^(file|none):/.test(key))
  const files = Object.fromEntries(texts.map(([key, text]) => [key.slice(5), key.startsWith('file') ? text : null]))
  const programs = transcript.filter(({ key }) => key === 'program').map(({ value }) => value)
  const fixed = transcript.filter(({ key }) => key === 'fixed').map(({ value }) => value)
  return {
    ...unseen(node, whyUnfit(programs, fixed) ?? whyUnreadable(transcript)),
    ready: true,
    resolvConf: running ?? resolvConfOf(files),
    files,
    resolvers: resolversIn(files),
    kubeletFlags: files[kubeletFiles.debFlags] ?? files[kubeletFiles.rpmFlags] ?? null,
    configYaml: files[kubeletFiles.config] ?? null,
    kubeadm: programs.includes('kubeadm'),
  }
}

function whyUnfit(programs: readonly string[], fixed: readonly string[]): string | null {
  if (!programs.includes('systemctl')) return 'it has no systemctl: how its kubelet is restarted is not known'
  if (fixed.length > 0) return `${fixed.join(' and ')} cannot be written there: read-only or missing`
  return null
}

/** What cannot be read as text cannot be written as it was, either. */
function whyUnreadable(transcript: Transcript): string | null {
  const files = transcript.flatMap(({ key, value, isOdd }) => {
    if (key === 'odd') return [value]
    return isOdd && key.startsWith('file:') ? [key.slice(5)] : []
  })
  const [file] = files.filter(path => Object.values<string>(kubeletFiles).includes(path))
  return file === undefined ? null : `${file} there is no file of plain text`
}

const unseen = (node: Node, problem: string | null): SeenNode => ({
  node: node.metadata.name,
  ready: whyNotReady(node) === null,
  osImage: node.status?.nodeInfo?.osImage ?? '',
  resolvConf: '',
  files: {},
  resolvers: [],
  kubeletFlags: null,
  configYaml: null,
  problem,
  kubeadm: false,
})
