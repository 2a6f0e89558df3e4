import { cp, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../exec.ts'
import { controlPlane, pinned } from '../layout.ts'
import { source } from '../paths.ts'
import { contentsOf, keyOf } from './key.ts'
import { type Part, pathOf } from './part.ts'

const suite = 'bookworm'
const packages = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'dbus', 'kmod', 'procps'],
  ...['containerd', 'runc', 'containernetworking-plugins'],
  ...['iptables', 'iproute2', 'conntrack', 'socat', 'ethtool'],
  // For the images: dnsmasq is what kube-dns asks with, dig and busybox are for Pods of tests.
  ...['dnsmasq-base', 'bind9-dnsutils', 'busybox-static'],
]

/** A plain Debian with systemd-resolved and containerd: the lowest layer of every node's disk. */
export function rootfsPart(): Part {
  const command = ['mmdebstrap', '--variant=essential', `--include=${packages.join(',')}`, suite]
  return {
    name: 'rootfs',
    key: keyOf(...command),
    make: async into => {
      await run([...command, join(into, 'root')])
      await mkdir(join(into, 'root/var/lib/containerd'), { recursive: true })
    },
  }
}

/** What makes the plain Debian a Kubernetes node: the second layer. */
export function nodePart(programs: readonly Part[]): Part {
  const files = join(source, 'node')
  const installed = programs.filter(part => ['kubelet', 'kubeadm', 'kubectl'].includes(part.name))
  return {
    name: 'node',
    key: keyOf(
      contentsOf(files),
      JSON.stringify(controlPlane),
      ...installed.map(part => part.key),
      makeNode.toString(),
    ),
    make: async into => {
      await cp(files, into, { recursive: true })
      for (const folder of ['usr/bin', 'etc/cni/net.d', 'etc/kubernetes/manifests'])
        await mkdir(join(into, folder), { recursive: true })
      for (const part of installed) await link(join(pathOf(part), part.name), join(into, 'usr/bin', part.name))
      await makeNode(into)
    },
  }
}

async function makeNode(root: string): Promise<void> {
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants')
  await mkdir(wants)
  for (const unit of ['node-setup.service', 'kubelet.service']) await symlink(`../${unit}`, join(wants, unit))
  // 127.0.0.53, as on Ubuntu: the founding fault begins here.
  await symlink('../run/systemd/resolve/stub-resolv.conf', join(root, 'etc/resolv.conf'))
  const config = join(root, 'root/kubeadm.yaml')
  const text = await readFile(config, 'utf8')
  const version = pinned('kubernetes', 'k8s.io/kubernetes')
  await writeFile(config, text.replace('ADDRESS', controlPlane.address).replace('VERSION', version))
}
