import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binaryOf } from '../../krew/build.ts'
import { platforms } from '../../krew/platforms.ts'
import { releaseFolder } from '../../krew/release.ts'
import { outputOf } from '../output.ts'
import { root } from '../runner.ts'
import { archiveOf } from './archive.ts'

const files = [
  ...platforms.map(binaryOf),
  ...[...platforms.map(archiveOf), 'checksums.txt', 'kubectl-dnsfix.cdx.json', 'krew/dnsfix.yaml'].map(name =>
    join(releaseFolder, name),
  ),
].map(file => relative(root, file))

/** A clone at this commit with this folder's files, committed or not. */
function cloneTo(folder: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  git('clone', '--quiet', '.', folder)
  for (const file of git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean)) {
    const copy = join(folder, file)
    mkdirSync(dirname(copy), { recursive: true })
    if (existsSync(join(root, file))) copyFileSync(join(root, file), copy)
    else rmSync(copy, { force: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

test('built again in another folder, at another hour, for another user, every file of the release is the same', () => {
  const work = mkdtempSync(join(tmpdir(), 'dnsfix-again-'))
  const folder = join(work, 'a folder', 'further down')
  const temporary = join(work, 'tmp')
  mkdirSync(temporary)
  try {
    cloneTo(folder)
    const node = [process.execPath, join(folder, 'krew', 'release.ts')].map(word => `'${word}'`).join(' ')
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
    const env = { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8', USER: 'other', TMPDIR: temporary, XDG_CACHE_HOME: cache }
    outputOf(['sh', '-c', `umask 077; exec ${node}`], env)
    const sums = (base: string) => Object.fromEntries(files.map(file => [file, sha256(join(base, file))]))
    assert.equal(sums(folder), sums(root))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})

test.run()
