import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { dnsService } from '../snapshot/dns.ts'
import type { Workload } from '../snapshot/objects.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import type { KubeObject } from './plan.ts'
import { ownerPaths } from './planners/owners.ts'

const kinds = { Deployment: 'deployments', DaemonSet: 'daemonsets' } as const

/** The namespace that DNS runs in: of its Pods, of its Service, or the one where it usually is. */
export const dnsNamespace = (evidence: Evidence): string =>
  evidence.pods[0]?.metadata.namespace ?? dnsService(evidence)?.metadata.namespace ?? 'kube-system'

/** The paths of everything that a repair may have to change. */
export function livePaths({ evidence }: Snapshot): readonly string[] {
  const namespace = dnsNamespace(evidence)
  const core = `/api/v1/namespaces/${namespace}`
  const [mapNamespace = namespace, map = 'coredns'] = mountedCorefile(evidence)?.configMap.split('/') ?? []
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const roles = ['system:coredns', 'system:kube-dns', 'kube-dns'].flatMap(name => [
    `${rbac}/clusterroles/${name}`,
    `${rbac}/clusterrolebindings/${name}`,
  ])
  return [
    `/api/v1/namespaces/${mapNamespace}/configmaps/${map}`,
    ...['kube-dns', 'coredns-custom', 'node-local-dns'].map(name => `${core}/configmaps/${name}`),
    ...['kubelet-config', 'kubeadm-config'].map(name => `/api/v1/namespaces/kube-system/configmaps/${name}`),
    `${core}/services/${dnsService(evidence)?.metadata.name ?? 'kube-dns'}`,
    ...evidence.workloads.map(pathOf),
    ...ownerPaths(evidence),
    ...roles,
  ]
}

const pathOf = ({ kind, metadata }: Workload): string =>
  `/apis/apps/v1/namespaces/${metadata.namespace}/${kinds[kind]}/${metadata.name}`

/** Reads objects whole, by their paths. Absent ones are left out; a refusal is thrown on, for nothing may be planned blindly. */
export async function readLive(
  client: Client,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KubeObject>> {
  const found = await Promise.all(
    [...new Set(paths)].map(async path => {
      const object = await client.get<KubeObject>(path, { signal }).catch(error => {
        if (error instanceof RequestError && error.kind === 'not-found') return undefined
        throw error
      })
      return object ? [[path, object] as const] : []
    }),
  )
  return new Map(found.flat())
}
