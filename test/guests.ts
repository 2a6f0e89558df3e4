import { installPackages, missingOf, type Packages, whyNoPackages } from './cluster/debian.ts'
import type { Progress } from './cluster/progress.ts'

const everywhere: Packages = {
  zsh: '/usr/bin/zsh',
  fish: '/usr/bin/fish',
  'bash-completion': '/usr/share/bash-completion/bash_completion',
  'man-db': '/usr/bin/man',
  'groff-base': '/usr/bin/groff',
  mandoc: '/usr/bin/mandoc',
}

/** They run what is made for other processors and systems; on another machine than this they are other ones. */
const onAmd64: Packages = {
  'qemu-user-static': '/usr/bin/qemu-aarch64-static',
  'libc6-arm64-cross': '/usr/aarch64-linux-gnu/lib/libc.so.6',
  'libgcc-s1-arm64-cross': '/usr/aarch64-linux-gnu/lib/libgcc_s.so.1',
  'libstdc++6-arm64-cross': '/usr/aarch64-linux-gnu/lib/libstdc++.so.6',
  wine: '/usr/bin/wine',
  wine64: '/usr/lib/wine/wine64',
}

/**
 * Installs what tests of the product run it with: other shells, readers of the manual page, other platforms. Where that cannot be,
 * it says so and nothing more: each test that goes without is told as skipped.
 */
export async function installGuests(progress: Progress): Promise<void> {
  const packages = process.arch === 'x64' ? { ...everywhere, ...onAmd64 } : everywhere
  const missing = missingOf(packages)
  if (missing.length === 0) return
  const reason = whyNoPackages()
  if (reason !== null)
    return console.error(`Not installed, because ${reason}: ${missing.join(', ')}. Some tests are skipped.`)
  try {
    await installPackages(packages, progress)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSome tests are skipped.`)
  }
}
