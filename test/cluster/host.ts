import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { ClusterError } from './errors.ts'
import { attempt, run } from './exec.ts'
import type { Progress } from './progress.ts'

/** Debian package → a file that is there when the package is. */
const packages: Record<string, string> = {
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

/** Installs the Debian packages that are missing, saying which. */
export async function installPackages(progress: Progress): Promise<void> {
  const missing = Object.keys(packages).filter(name => !existsSync(packages[name] ?? ''))
  if (missing.length === 0) return
  await progress(`Installing ${missing.join(', ')} with apt-get`, async () => {
    const argv = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    // Package lists may be old or absent: only then are they fetched.
    if ((await attempt(argv, { env })).code === 0) return
    await run(['apt-get', 'update'], { env })
    await run(argv, { env })
  })
}
