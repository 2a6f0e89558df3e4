import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Packages } from './debian.ts'
import { ClusterError } from './errors.ts'

/** What the cluster is made with. */
export const packages: Packages = {
  'systemd-container': '/usr/bin/systemd-nspawn',
  mmdebstrap: '/usr/bin/mmdebstrap',
  'debian-archive-keyring': '/usr/share/keyrings/debian-archive-keyring.gpg',
  iproute2: '/bin/ip',
  iptables: '/usr/sbin/iptables',
  'util-linux': '/usr/bin/nsenter',
}

/** Why there can be no cluster on this machine, in one sentence; null when there can. */
export function whyNoCluster(): string | null {
  if (process.platform !== 'linux') return `The test cluster needs Linux; this is ${process.platform}.`
  if (process.getuid?.() !== 0) return 'The test cluster needs root: it makes network namespaces and system containers.'
  if (!existsSync('/usr/bin/apt-get'))
    return 'The test cluster needs Debian or a distribution made from it: there is no apt-get.'
  return whyNoGo()
}

function whyNoGo(): string | null {
  const file = new URL('go/kubernetes/go.mod', import.meta.url)
  const wanted = readFileSync(file, 'utf8').match(/^go (.*)$/m)?.[1] ?? ''
  try {
    execFileSync('go', ['version'], { stdio: 'pipe' })
    return null
  } catch {
    return `The test cluster needs Go (${wanted} or newer) on the PATH: Kubernetes is compiled from source.`
  }
}

/** Throws when there can be no cluster on this machine. */
export function refuse(): void {
  const reason = whyNoCluster()
  if (reason !== null) throw new ClusterError(reason, 'Unit tests and the tool itself run without it.')
}
