import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Built } from './build/index.ts'
import { pathOf } from './build/part.ts'
import { inCgroups, removeCgroups } from './cgroups.ts'
import { startDaemon } from './daemon.ts'
import { ClusterError } from './errors.ts'
import { attempt, Missing, type Result, type RunOptions, run, until } from './exec.ts'
import { type Node, namespace, nodes } from './layout.ts'
import { addRoutes, makeNamespace } from './net.ts'
import { disks } from './paths.ts'
import { childrenOf, forget, kill, recorded } from './process.ts'

/** Where a file of a node is on this machine. */
export function onDisk(node: string, path = ''): string {
  return join(disks, node, 'root', path)
}

/** A node's disk: the build results below, its own changes on top, and containerd's folder with all images. */
export async function makeDisk(node: Node, built: Built): Promise<void> {
  const folder = join(disks, node.name)
  for (const name of ['root', 'changes', 'work']) await mkdir(join(folder, name), { recursive: true })
  const lower = [pathOf(built.node), join(pathOf(built.rootfs), 'root')].join(':')
  const layers = `lowerdir=${lower},upperdir=${join(folder, 'changes')},workdir=${join(folder, 'work')}`
  await run(['mount', '-t', 'overlay', 'overlay', '-o', layers, join(folder, 'root')])
  await copyStore(join(pathOf(built.store), 'containerd'), join(folder, 'containerd'))
  await writeFile(onDisk(node.name, 'etc/hostname'), `${node.name}\n`)
  await rm(onDisk(node.name, 'etc/machine-id'), { force: true })
  await run(['systemd-machine-id-setup', `--root=${onDisk(node.name)}`])
  await writeFile(onDisk(node.name, 'etc/cni/net.d/10-pods.conflist'), JSON.stringify(podNetwork(node)))
}

// Image files never change once imported, so hard links do; only the databases are copied. It cannot be an overlay:
// containerd's own overlays do not work on top of one.
async function copyStore(from: string, to: string): Promise<void> {
  await run(['cp', '--archive', '--link', from, to])
  for (const name of await readdir(to, { recursive: true })) {
    if (!name.endsWith('.db')) continue
    await rm(join(to, name))
    await cp(join(from, name), join(to, name))
  }
}

function podNetwork({ pods }: Node): object {
  const ipam = { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] }
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, ipam }
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }],
  }
}

/** Starts a node: a systemd container in a network namespace of its own, new with every boot. */
export async function boot(node: Node): Promise<void> {
  await makeNamespace(node.name, node.address)
  await addRoutes(node.name, node.address)
  const argv = [
    'systemd-nspawn',
    `--directory=${onDisk(node.name)}`,
    `--machine=dnsfix-${node.name}`,
    `--hostname=${node.name}`,
    `--network-namespace-path=/run/netns/${namespace(node.name)}`,
    `--bind=${join(disks, node.name, 'containerd')}:/var/lib/containerd`,
    '--bind=/dev/kmsg',
    ...['--boot', '--keep-unit', '--register=no', '--capability=all', '--link-journal=no', '--resolv-conf=off'],
    ...['--timezone=off', '--system-call-filter=add_key keyctl bpf'],
  ]
  // With cgroups v1, nspawn must not ask for the unified hierarchy.
  const unified = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '1' : '0'
  const env = { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: unified, SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'yes' }
  await startDaemon(node.name, [...(await inCgroups(node.name)), ...argv], env)
  await until(`node ${node.name} to boot`, 60, () => isBooted(node.name))
}

async function isBooted(node: string): Promise<true | Missing> {
  if (recorded(node) === null) throw new ClusterError(`Node ${node} does not boot.`, `See ${node}.log.`)
  if (!initOf(node)) return new Missing('it has no init yet')
  const { stdout } = await attempt(enter(node, ['systemctl', 'is-active', 'containerd']))
  return stdout.trim() === 'active' ? true : new Missing(`containerd is ${stdout.trim() || 'not there'}`)
}

/** Like pulling the plug: the disk stays, /run and every process go. */
export async function halt(node: string): Promise<void> {
  // nspawn's own reboot fails when /run is not a tmpfs. All processes of a container end with its PID 1.
  const machine = recorded(node)
  if (machine !== null) await kill([...childrenOf(machine), machine])
  forget(node)
  removeCgroups(node)
}

function initOf(node: string): number | undefined {
  const machine = recorded(node)
  return machine === null ? undefined : childrenOf(machine)[0]
}

/** The command that runs a command on a node. */
export function enter(node: string, argv: readonly string[]): string[] {
  const init = initOf(node)
  if (init === undefined) throw new ClusterError(`Node ${node} does not run.`, 'Start it with: npm run cluster -- up')
  const kubeconfig = node === nodes[0]?.name ? 'admin.conf' : 'kubelet.conf'
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const env = ['env', '-i', `PATH=${path}`, 'HOME=/root', `TERM=${process.env.TERM ?? 'dumb'}`]
  const namespaces = ['-m', '-u', '-i', '-n', '-p', '-C', '--wd=/']
  return [
    'nsenter',
    '-t',
    String(init),
    ...namespaces,
    '--',
    ...env,
    `KUBECONFIG=/etc/kubernetes/${kubeconfig}`,
    ...argv,
  ]
}

/** Runs a command on a node and returns what it printed and its exit code. */
export function shell(node: string, argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  return attempt(enter(node, argv), options)
}

/** Runs a command on a node with this terminal; returns its exit code. */
export function interactive(node: string, argv: readonly string[]): Promise<number> {
  const [command = '', ...args] = enter(node, argv)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 1))
  })
}
