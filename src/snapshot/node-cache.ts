import { isNodeCache } from './dns.ts'
import type { Evidence } from './snapshot.ts'

/** What makes a node-local cache, which Pods ask before the Service, doubtful; null where nothing does. */
export function cacheDoubt({ workloads }: Pick<Evidence, 'workloads'>): string | null {
  for (const { metadata, status } of workloads.filter(isNodeCache)) {
    const { numberReady = 0, desiredNumberScheduled = 0 } = status ?? {}
    if (numberReady < desiredNumberScheduled)
      return `the node-local cache ${metadata.name} is ready on ${numberReady} of ${desiredNumberScheduled} nodes`
  }
  return null
}
