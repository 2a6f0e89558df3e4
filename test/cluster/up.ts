import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isReady, unreadyNodes, unreadySystemPods } from './api.ts'
import type { Built } from './build/index.ts'
import { pathOf } from './build/part.ts'
import { takeDown } from './down.ts'
import { Missing, run, until } from './exec.ts'
import { controlPlane, type Node, nodes, worker } from './layout.ts'
import { boot, enter, makeDisk, onDisk, shell } from './machine.ts'
import { makeBridge, routeToPods } from './net.ts'
import { kubeconfigPath, state, stateFile } from './paths.ts'
import { recorded } from './process.ts'
import type { Progress } from './progress.ts'
import { startWan } from './wan.ts'

const ignore = '--ignore-preflight-errors=all'

/** Whether every part of the cluster runs and its API server says so itself. */
export async function isUp(): Promise<boolean> {
  const alive = ['wan', ...nodes.map(node => node.name)].every(name => recorded(name) !== null)
  return alive && (await isReady())
}

/** Whether the running cluster was started from these build results, to the end. */
export function isFrom(built: Built): boolean {
  const file = path.join(state, 'built')
  return existsSync(file) && readFileSync(file, 'utf8') === keysOf(built)
}

function keysOf({ rootfs, node, store }: Built): string {
  return [rootfs, node, store].map(part => part.key).join(' ')
}

/** Starts the cluster from nothing. */
export async function start(built: Built, progress: Progress): Promise<void> {
  await progress('Clearing what was left', takeDown)
  await progress('Booting cp1, w1 and the world', async () => {
    await symlink(path.join(pathOf(built.rootfs), 'root'), stateFile('debian'))
    await makeBridge()
    await Promise.all([startWan(), ...nodes.map(node => startNode(node, built))])
    await routeToPods()
  })
  await progress('kubeadm init', init)
  await progress('kubeadm join', () => join(worker))
  await progress('Waiting for the nodes', nodesReady)
  await writeFile(stateFile('built'), keysOf(built))
}

/** Boots a node from a new disk. */
export async function startNode(node: Node, built: Built): Promise<void> {
  await makeDisk(node, built)
  await boot(node)
}

async function init(): Promise<void> {
  const argv = ['kubeadm', 'init', '--config=/root/kubeadm.yaml', ignore]
  await run(enter(controlPlane.name, argv), { log: stateFile('init.log'), seconds: 300 })
  await cp(onDisk(controlPlane.name, 'etc/kubernetes/admin.conf'), kubeconfigPath())
  await chmod(kubeconfigPath(), 0o600)
}

/** Makes a node that has booted part of the cluster, as an administrator would. */
export async function join({ name }: Node): Promise<void> {
  const { stdout } = await shell(controlPlane.name, ['kubeadm', 'token', 'create', '--print-join-command'])
  const argv = [...stdout.trim().split(/\s+/), ignore]
  await run(enter(name, argv), { log: stateFile(`join-${name}.log`), seconds: 300 })
}

/** Returns when every node is Ready. */
export async function nodesReady(expected: readonly Node[] = nodes): Promise<void> {
  await until('the nodes to be Ready', 120, async () => {
    const missing = await unreadyNodes(expected.map(node => node.name))
    return missing.length === 0 ? true : new Missing(`${missing.join(' and ')} not Ready`)
  })
}

/** Returns when a node's own Pods run again after a boot; its condition alone still shows what was before. */
export async function backAgain(node: string, since: Date): Promise<void> {
  await until(`node ${node} to be back`, 180, async () => {
    const missing = await unreadySystemPods(node, since)
    return missing.length === 0 ? true : new Missing(`${missing.join(', ')} not Ready`)
  })
  await nodesReady()
}
