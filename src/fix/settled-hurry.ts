import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Pod } from '../snapshot/objects.ts'
import type { KubeObject } from './plan.ts'

const annotation = 'kubectl-dnsfix/configuration-changed'

/**
 * Has the kubelets bring the changed ConfigMap into the Pods now and not within their minute: an update of a Pod, and be it of an
 * annotation, is handled at once (kubernetes.io, "Configure a Pod to Use a ConfigMap": mounted ConfigMaps are updated
 * automatically). It only saves time: a refusal is no failure.
 */
export async function hurry(client: Client, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  await Promise.all(pods.map(pod => touch(client, pod, signal)))
}

async function touch(client: Client, pod: Pod, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
  try {
    const live = await client.get<KubeObject>(path, { signal })
    const annotations = { ...live.metadata.annotations, [annotation]: live.metadata.resourceVersion ?? '' }
    await client.put(path, { ...live, metadata: { ...live.metadata, annotations } }, { signal })
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind === 'aborted') throw error
  }
}
