import type { Client } from '../kube/client.ts'
import { attempt, type Look } from './look.ts'
import type { Node } from './objects.ts'
import { sampleNodes } from './sample.ts'
import type { Kubelet } from './snapshot.ts'

/** What kubelets say, as it comes in. */
export interface KubeletAnswers {
  readonly all: Promise<readonly Kubelet[]>
  readonly askedNodes: Promise<number>
  /** The cluster domain as soon as any kubelet has named it, so that one slow node holds nothing up; '' without any. */
  readonly domain: Promise<string>
}

/** Asks the kubelets of a sample of the nodes, all at the same time. */
export function askKubelets(look: Look, nodes: Promise<readonly Node[]>): KubeletAnswers {
  const asked = nodes.then(list => sampleNodes(list).map(node => askKubelet(look, node)))
  const first = asked.then(answers => Promise.any(answers.map(domainIn)))
  return {
    all: asked.then(answers => Promise.all(answers)).then(lists => lists.flat()),
    askedNodes: asked.then(answers => answers.length),
    domain: first.catch(() => ''),
  }
}

async function domainIn(answer: Promise<readonly Kubelet[]>): Promise<string> {
  const [kubelet] = await answer
  if (!kubelet) throw new Error('this kubelet did not answer')
  return kubelet.clusterDomain
}

interface Configuration {
  readonly clusterDNS?: readonly string[]
  readonly clusterDomain?: string
  readonly resolvConf?: string
}

/** What a kubelet runs with, flags and configuration merged; undefined where it does not tell. Rejects with a RequestError. */
export async function askConfigz(
  client: Client,
  node: string,
  signal: AbortSignal,
): Promise<Configuration | undefined> {
  const path = `/api/v1/nodes/${node}/proxy/configz`
  const answer = await client.get<{ readonly kubeletconfig?: Configuration }>(path, { signal, timeoutMs: 5000 })
  return answer.kubeletconfig
}

/** What one kubelet says; nothing, and a gap, where it cannot be asked. */
export async function askKubelet(look: Look, node: Node): Promise<readonly Kubelet[]> {
  const name = node.metadata.name
  const ask = () => askConfigz(look.client, name, look.signal)
  const config = await attempt(look, { input: 'kubelets', object: name }, ask)
  if (!config) return []
  const { clusterDNS = [], clusterDomain = '', resolvConf = '' } = config
  return [{ node: name, clusterDNS, clusterDomain, resolvConf }]
}
