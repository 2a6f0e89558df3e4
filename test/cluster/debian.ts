import { existsSync } from 'node:fs'
import { attempt, run } from './exec.ts'
import type { Progress } from './progress.ts'

/** Debian package → a file that is there when the package is. */
export type Packages = Readonly<Record<string, string>>

/** Why no packages can be installed on this machine, as the end of a sentence; null when they can. */
export function whyNoPackages(): string | null {
  if (process.platform !== 'linux') return `this is ${process.platform}`
  if (!existsSync('/usr/bin/apt-get')) return 'there is no apt-get: it is not Debian, nor made from it'
  return process.getuid?.() === 0 ? null : 'apt-get needs root'
}

/** Those that are not there. */
export const missingOf = (packages: Packages): readonly string[] =>
  Object.keys(packages).filter(name => !existsSync(packages[name] ?? ''))

/** Installs the packages that are missing, saying which. Throws with the last words of apt-get. */
export async function installPackages(packages: Packages, progress: Progress): Promise<void> {
  const missing = missingOf(packages)
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
