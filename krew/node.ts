import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, makeFolder } from './cache.ts'
import { nameOf, type Platform, withExtension } from './platforms.ts'

const root = dirname(import.meta.dirname)

/**
 * Where the Node for a platform is: this machine's own among the packages, the others' in the cache, fetched when missing.
 * npm installs no package of another platform, but packs any.
 * Throws when the binary is not the one that `platforms` names, wherever it came from.
 */
export async function nodeFor(platform: Platform): Promise<string> {
  const file = withExtension('node', platform)
  const installed = join(root, 'node_modules', platform.nodePackage, 'bin', file)
  if (existsSync(installed)) return checkedBinary(installed, platform, 'npm ci')
  const { version, integrity } = locked(platform)
  const folder = join(cacheFolder(), 'node', `${platform.nodePackage}-${version}`)
  const cached = join(folder, 'bin', file)
  if (!existsSync(cached)) await fetchPackage(`${platform.nodePackage}@${version}`, integrity, folder)
  return checkedBinary(cached, platform, `rm -r ${folder}`)
}

/** Version and integrity of a platform's Node package, as package-lock.json pins them. */
export function locked(platform: Platform): { version: string; integrity: string } {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return packages[`node_modules/${platform.nodePackage}`]
}

async function fetchPackage(spec: string, integrity: string, folder: string): Promise<void> {
  console.error(`Fetching ${spec} (about 50 MB; once per machine) ...`)
  await makeFolder(folder, async into => {
    const argv = ['pack', spec, '--pack-destination', into, '--silent']
    execFileSync('npm', argv, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
    const archive = readdirSync(into).find(name => name.endsWith('.tgz'))
    if (!archive) throw new Error(`npm pack ${spec} left no archive: is the registry reachable?`)
    checkIntegrity(readFileSync(join(into, archive)), integrity, spec)
    execFileSync('tar', ['-xzf', archive, '--strip-components=1', 'package/bin'], { cwd: into })
    rmSync(join(into, archive))
  })
}

/** Throws unless an archive's sha512 is the one that package-lock.json has for it. */
export function checkIntegrity(archive: Uint8Array, integrity: string, spec: string): void {
  const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`
  if (found === integrity) return
  throw new Error(
    `${spec} is not the package that package-lock.json names: ${found} instead of ${integrity}. ` +
      'Nothing of it was used. Look at what stands between you and the registry (npm config get registry), then: npm cache clean --force',
  )
}

function checkedBinary(file: string, platform: Platform, remedy: string): string {
  const found = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (found === platform.sha256) return file
  throw new Error(
    `${file} is not the Node that ${nameOf(platform)} is built from: sha256 ${found} instead of ${platform.sha256}. ` +
      `Fetch it anew: ${remedy}, then npm run build:all`,
  )
}
