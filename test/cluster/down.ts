import { readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { removeCgroups } from './cgroups.ts'
import { run } from './exec.ts'
import { processesInside, removeNetwork } from './net.ts'
import { disks, state } from './paths.ts'
import { kill, recorded, withCommandLine } from './process.ts'

const ourDisks = '/kubectl-dnsfix/cluster/nodes/'

/**
 * Removes everything that `up` makes, also what a killed run left. Only what provably is ours is ended: processes that
 * were written down, that run from our disks, or that live in our network namespaces.
 */
export async function takeDown(): Promise<void> {
  const machines = withCommandLine('systemd-nspawn', ourDisks)
  const written = (await names()).filter(name => name.endsWith('.pid')).map(name => recorded(name.slice(0, -4)))
  await kill([...machines, ...written.filter(pid => pid !== null), ...(await processesInside())])
  await removeNetwork()
  removeCgroups()
  for (const mount of mounts()) await run(['umount', mount])
  await rm(disks, { recursive: true, force: true })
  for (const name of await names()) if (name !== 'lock') await rm(join(state, name), { recursive: true })
}

async function names(): Promise<string[]> {
  return readdir(state).catch(() => [])
}

/** Where the disks of nodes are mounted, those on top first. */
export function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return lines
    .map(line => line.split(' ')[4] ?? '')
    .filter(path => path.includes(ourDisks))
    .reverse()
}
