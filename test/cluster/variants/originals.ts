import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kubectl, tryKubectl } from '../api.ts'
import { ClusterError } from '../errors.ts'
import { nodes } from '../layout.ts'
import { onDisk } from '../machine.ts'
import { stateFile } from '../paths.ts'

interface KubeObject {
  metadata: Record<string, unknown>
  status?: unknown
}

/** What kubeadm made and variants (or a tool under test) change. */
export const kept = ['deployment/coredns', 'configmap/coredns', 'configmap/kubelet-config', 'service/kube-dns'] as const
export type Kept = (typeof kept)[number]

/** Files of a node that decide how its kubelet runs. */
const files = ['var/lib/kubelet/config.yaml', 'var/lib/kubelet/kubeadm-flags.env', 'etc/default/kubelet']

/** Writes down how kubeadm left the cluster, so that variants can go back to exactly that. */
export async function saveOriginals(): Promise<void> {
  for (const name of kept) {
    const object = JSON.parse(await kubectl(['-n', 'kube-system', 'get', name, '-o', 'json'])) as KubeObject
    delete object.status
    for (const field of ['resourceVersion', 'uid', 'creationTimestamp', 'generation']) delete object.metadata[field]
    await write(original(name), JSON.stringify(object))
  }
  for (const { name } of nodes) {
    for (const file of files.filter(file => existsSync(onDisk(name, file)))) {
      await write(original(join(name, file)), await readFile(onDisk(name, file), 'utf8'))
    }
  }
}

/** An object as kubeadm made it. */
export async function originalOf(name: Kept): Promise<string> {
  return readFile(original(name), 'utf8')
}

/** Puts an object in the cluster as it is given, field for field. */
export async function restore(name: Kept, text: string): Promise<void> {
  const replaced = await tryKubectl(['replace', '-f', '-'], text)
  if (replaced.code === 0) return
  if (!replaced.stderr.includes('NotFound')) throw new ClusterError(`Cannot restore ${name}: ${replaced.stderr.trim()}`)
  await kubectl(['create', '-f', '-'], text)
}

/** Puts the kubelet's files on a node; `edit` has the last word on each. Returns whether anything was different. */
export async function restoreFiles(node: string, edit: (text: string) => string): Promise<boolean> {
  let changed = false
  for (const file of files) {
    const before = await contentOf(onDisk(node, file))
    const text = await contentOf(original(join(node, file)))
    const after = text === null ? null : edit(text)
    if (before === after) continue
    changed = true
    await (after === null ? rm(onDisk(node, file)) : writeFile(onDisk(node, file), after))
  }
  return changed
}

async function contentOf(file: string): Promise<string | null> {
  return existsSync(file) ? readFile(file, 'utf8') : null
}

function original(name: string): string {
  return join(stateFile('originals'), name)
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
