import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'

/** A Pod on its node, as the kubelet names its folder. */
export interface OnNode {
  readonly namespace: string
  readonly name: string
  readonly uid: string | undefined
  readonly node: string | undefined
}

/**
 * What a container has printed so far, by the file that its runtime writes. The kubelet serves that too, and the log itself only when it
 * has noticed that the container runs, which it looks for once a second (pkg/kubelet/kubelet.go: ServeLogs, genericPlegRelistPeriod).
 * Resolves with null where there is no such file yet, or none that can be read so; rejects with the RequestError `forbidden` where the
 * user may not.
 */
export async function logOnDisk(
  client: Client,
  { namespace, name, uid, node }: OnNode,
  container: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const path = `/api/v1/nodes/${node}/proxy/logs/pods/${namespace}_${name}_${uid}/${container}/0.log`
  const text = await client.text(path, signal && { signal }).catch(unlessNone)
  return text === null ? null : linesOf(text)
}

function unlessNone(error: unknown): null {
  if (error instanceof RequestError && !['forbidden', 'aborted'].includes(error.kind)) return null
  throw error
}

/** As runtimes write it: `P` for a part of a line that goes on (kubernetes/design-proposals-archive, kubelet-cri-logging.md). */
const entry = /^\S+ (?:stdout|stderr) (?<tag>[FP])(?::\S*)? (?<text>.*)$/

/** The last entry may not be whole yet. */
function linesOf(text: string): string | null {
  const entries = text.split('\n').slice(0, -1)
  const parts = entries.map(line => entry.exec(line)?.groups)
  if (parts.includes(undefined)) return null
  return parts.map(part => (part?.tag === 'P' ? part.text : `${part?.text}\n`)).join('')
}
