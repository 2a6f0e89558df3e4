import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join as joined } from 'node:path'
import { kubectl } from './api.ts'
import { build } from './build/index.ts'
import { alone, needCluster } from './cluster.ts'
import { mounts } from './down.ts'
import { run } from './exec.ts'
import { namespace, newcomer, nodes } from './layout.ts'
import { halt } from './machine.ts'
import { addRoutesTo, removeNamespace } from './net.ts'
import { disks } from './paths.ts'
import { quiet } from './progress.ts'
import { join, nodesReady, startNode } from './up.ts'

/** Adds a third node to the running cluster with `kubeadm join`; returns when it is Ready. */
export const addNewcomer = (): Promise<void> =>
  alone(async () => {
    await needCluster()
    await startNode(newcomer, await build(quiet))
    await addRoutesTo(newcomer)
    await join(newcomer)
    await nodesReady([...nodes, newcomer])
  })

/** Takes it away again, also what a run that was killed has left of it. */
export const removeNewcomer = (): Promise<void> =>
  alone(async () => {
    const { name } = newcomer
    const disk = joined(disks, name)
    if (!existsSync(disk)) return
    await kubectl(['delete', 'node', name, '--ignore-not-found'])
    // Nobody is there any more to say that they have ended.
    await kubectl(['delete', 'pods', '-A', `--field-selector=spec.nodeName=${name}`, '--force', '--grace-period=0'])
    await halt(name)
    if (existsSync(`/run/netns/${namespace(name)}`)) await removeNamespace(namespace(name))
    for (const mount of mounts().filter(path => path.startsWith(`${disk}/`))) await run(['umount', mount])
    await rm(disk, { recursive: true })
  })
