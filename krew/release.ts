import { execFileSync, type StdioOptions, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { toolPath } from './tool.ts'

const root = dirname(import.meta.dirname)

/** Where GoReleaser puts archives, checksums, bill of materials and manifest, as .goreleaser.yaml says. */
export const releaseFolder = join(root, 'dist', 'release')

/** Runs GoReleaser; throws when it fails. Without arguments everything is made and nothing is published. */
export async function release(args: readonly string[] = ['--snapshot', '--skip=publish', '--clean']): Promise<void> {
  const env = { ...process.env, ...remote() }
  const stdio: StdioOptions = ['ignore', 2, 2]
  const { status } = spawnSync(await toolPath('goreleaser'), ['release', ...args], { cwd: root, env, stdio })
  if (status !== 0) throw new Error(`goreleaser release ${args.join(' ')} ended with ${status}; what it said is above.`)
}

/**
 * A remote for a repository without one, which a clone has. GoReleaser learns nothing of the commit without, not even
 * its time, which is the time of every file in the archives (internal/pipe/git/git.go, fakeInfo).
 */
function remote(): Record<string, string> {
  if (execFileSync('git', ['remote'], { cwd: root, encoding: 'utf8' }) !== '') return {}
  const value = 'https://github.com/kubectl-dnsfix/kubectl-dnsfix'
  return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'remote.origin.url', GIT_CONFIG_VALUE_0: value }
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2)
  await release(args.length > 0 ? args : undefined)
}
