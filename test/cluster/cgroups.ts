import { existsSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { namespace } from './layout.ts'

const top = '/sys/fs/cgroup'

const join = 'while [ "$1" != -- ]; do echo $$ >"$1"; shift; done; shift; exec "$@"'

/**
 * Gives a node control groups of its own and returns the command that runs a command in them. In shared ones each
 * kubelet finds the other's containers, asks its containerd for them, and needs three seconds for each to give up.
 */
export async function inCgroups(node: string): Promise<string[]> {
  const groups = hierarchies().map(hierarchy => path.join(hierarchy, namespace(node)))
  for (const group of groups) {
    await mkdir(group, { recursive: true })
    for (const name of ['cpuset.mems', 'cpuset.cpus']) await inherit(group, name)
  }
  return ['sh', '-c', join, 'sh', ...groups.map(group => path.join(group, 'cgroup.procs')), '--']
}

/** Removes the groups that nodes (or one node) leave behind; only empty ones can go. */
export function removeCgroups(node = ''): void {
  for (const hierarchy of hierarchies()) {
    const groups = readdirSync(hierarchy).filter(name => name.startsWith(namespace(node)))
    for (const name of groups) removeTree(path.join(hierarchy, name))
  }
}

/** With cgroups v1 one folder per controller, with v2 the only one. */
function hierarchies(): string[] {
  if (existsSync(path.join(top, 'cgroup.controllers'))) return [top]
  const names = readdirSync(top).filter(name => name !== 'unified')
  return names.map(name => path.join(top, name)).filter(folder => existsSync(path.join(folder, 'cgroup.procs')))
}

// A new cpuset of cgroups v1 has neither processors nor memory: nothing could join it.
async function inherit(group: string, name: string): Promise<void> {
  const parent = path.join(group, '..', name)
  if (existsSync(parent)) await writeFile(path.join(group, name), readFileSync(parent, 'utf8'))
}

function removeTree(group: string): void {
  for (const name of readdirSync(group)) {
    if (statSync(path.join(group, name)).isDirectory()) removeTree(path.join(group, name))
  }
  rmdirSync(group)
}
