import { basename, join } from 'node:path/posix'
import { CorefileError } from '../corefile/error.ts'
import { parseCorefile } from '../corefile/parse.ts'
import type { Corefile } from '../corefile/types.ts'
import { refName } from '../finding.ts'
import { engineOf, selects, serverContainer } from './dns.ts'
import type { ConfigMap, Pod, PodSpec, Workload } from './objects.ts'
import type { Evidence } from './snapshot.ts'

type Seen = Pick<Evidence, 'pods' | 'workloads' | 'configMaps'>

/** The Corefile that CoreDNS mounts: which ConfigMap and key it comes from, its text, and what it parses to. */
export interface MountedCorefile {
  readonly configMap: string
  readonly key: string
  readonly text: string | undefined
  readonly corefile: Corefile | undefined
  readonly error: CorefileError | undefined
}

/**
 * The Corefile of the workload that the DNS Pods come from, else of the Pods, else of any other CoreDNS that is
 * installed; undefined when none is.
 */
export function mountedCorefile(seen: Seen): MountedCorefile | undefined {
  const { own = [], other = [] } = Object.groupBy(seen.workloads, w => (isOwner(w, seen.pods) ? 'own' : 'other'))
  const specs = [
    ...own.map(w => ({ w, spec: w.spec.template.spec })),
    ...seen.pods.map(w => ({ w, spec: w.spec })),
    ...other.map(w => ({ w, spec: w.spec.template.spec })),
  ]
  const found = specs.find(s => engineOf(s.spec) === 'coredns')
  if (!found) return undefined
  const namespace = found.w.metadata.namespace ?? ''
  const files = mountedFiles(found.spec, namespace, seen.configMaps)
  const path = confPath(found.spec)
  const source = files.get(path) ?? missingSource(found.spec, namespace, path)
  if (!source) return undefined
  const { configMap, key, text } = source
  return { configMap, key, text, ...parsed(text, path, files) }
}

/** True for the workload of some of the Pods. One without labels cannot be told from it. */
function isOwner(workload: Workload, pods: readonly Pod[]): boolean {
  const labels = workload.spec.template.metadata?.labels
  return !labels || pods.some(p => selects(labels, p.metadata.labels))
}

function parsed(text: string | undefined, path: string, files: ReadonlyMap<string, Source>) {
  if (text === undefined) return { corefile: undefined, error: undefined }
  const texts = new Map([...files].flatMap(([name, f]) => (f.text === undefined ? [] : [[name, f.text] as const])))
  try {
    return { corefile: parseCorefile(text, { path, files: texts }), error: undefined }
  } catch (error) {
    if (error instanceof CorefileError) return { corefile: undefined, error }
    throw error
  }
}

/** The argument after `-conf`; CoreDNS's own default is ./Corefile, its image's manifests use this one. */
function confPath(spec: PodSpec): string {
  const words = [...(serverContainer(spec)?.command ?? []), ...(serverContainer(spec)?.args ?? [])]
  const at = words.findIndex(w => w === '-conf' || w === '--conf')
  return (at >= 0 ? words[at + 1] : undefined) ?? '/etc/coredns/Corefile'
}

interface Source {
  readonly configMap: string
  readonly key: string
  readonly text: string | undefined
}

/** Every file that the container sees through its ConfigMap volumes, by path. */
function mountedFiles(spec: PodSpec, namespace: string, configMaps: readonly ConfigMap[]): ReadonlyMap<string, Source> {
  const files = new Map<string, Source>()
  for (const mount of serverContainer(spec)?.volumeMounts ?? []) {
    const volume = spec.volumes?.find(v => v.name === mount.name)?.configMap
    const map = configMaps.find(c => c.metadata.name === volume?.name && c.metadata.namespace === namespace)
    if (!volume || !map) continue
    const items = volume.items ?? Object.keys(map.data ?? {}).map(key => ({ key, path: key }))
    for (const { key, path } of items) {
      const file = mount.subPath === undefined ? join(mount.mountPath, path) : mount.mountPath
      files.set(file, { configMap: refName(map.metadata), key, text: map.data?.[key] })
    }
  }
  return files
}

/** Where the Corefile should come from, although its ConfigMap or key is not there. */
function missingSource(spec: PodSpec, namespace: string, path: string): Source | undefined {
  const mounts = serverContainer(spec)?.volumeMounts ?? []
  const mount = mounts.find(m => path.startsWith(`${m.mountPath}/`) || m.mountPath === path)
  const volume = spec.volumes?.find(v => v.name === mount?.name)?.configMap
  return volume && { configMap: `${namespace}/${volume.name}`, key: basename(path), text: undefined }
}
