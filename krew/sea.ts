import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { nodeFor } from './node.ts'
import { hostPlatform, type Platform } from './platforms.ts'
import { toolPath } from './tool.ts'

const root = dirname(import.meta.dirname)
const home = join(root, 'dist', '.pkg-home')

/**
 * Makes a single executable of a script with pkg's SEA mode and the Node that npm delivered. Mac files are signed ad hoc,
 * without which an arm64 Mac runs nothing.
 * pkg downloads Node unless its cache (~/.pkg-cache/sea) has an archive and a binary with `.ok` marks beside them; the
 * archive may be empty, because it is not unpacked when the binary is there. So it gets a home of its own, in dist.
 */
export async function makeExecutable(script: string, platform: Platform, output: string): Promise<void> {
  const host = hostPlatform()
  for (const needed of new Set([host, platform])) linkNode(await nodeFor(needed), needed)
  runPkg(script, platform, output)
  chmodSync(output, 0o755)
  if (platform.os === 'darwin') await sign(output)
}

/** Puts a Node where pkg looks for it: its own names for platforms, except that a Mac is `darwin` there. */
function linkNode(node: string, { os, pkg }: Platform): void {
  const cache = join(home, '.pkg-cache', 'sea')
  const windows = os === 'windows'
  const name = `node-v${process.versions.node}-${windows ? 'win' : os}-${pkg.arch}`
  const archive = join(cache, windows ? `${name}.zip` : `${name}.tar.gz`)
  const binary = windows ? join(cache, `${name}.exe`) : join(cache, name, 'bin', 'node')
  mkdirSync(dirname(binary), { recursive: true })
  for (const file of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(file, '')
  rmSync(binary, { force: true })
  symlinkSync(node, binary)
}

/** A process for each target: pkg takes 1 GB for one, and does several at the same time. */
function runPkg(script: string, platform: Platform, output: string): void {
  const temporary = join(home, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const target = { nodeRange: `node${process.versions.node}`, ...platform.pkg, output }
  // pkg works in a folder that it makes in the temporary one.
  const main = relative(join(temporary, 'pkg-sea'), script).replaceAll('\\', '/')
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'pack.ts')]
  const env = { ...process.env, HOME: home, USERPROFILE: home, TMPDIR: temporary, TEMP: temporary, TMP: temporary }
  const options = { env, encoding: 'utf8' } as const
  const result = spawnSync(process.execPath, [...args, JSON.stringify(target), script, main], options)
  if (result.status !== 0) throw new Error(`pkg failed:\n${result.stdout}${result.stderr}`)
}

async function sign(file: string): Promise<void> {
  const args = ['sign', '--ad-hoc', '--identity', 'kubectl-dnsfix', file]
  const { status, stdout, stderr } = spawnSync(await toolPath('quill'), args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`quill could not sign ${file}:\n${stdout}${stderr}`)
}
