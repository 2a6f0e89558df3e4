import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkIntegrity, locked, nodeFor } from '../../krew/node.ts'
import { hostPlatform, type Platform, platforms } from '../../krew/platforms.ts'
import { root } from '../runner.ts'

const [other] = platforms.filter(platform => platform !== hostPlatform()) as [Platform]

test('all platforms have the same Node, the one that package.json names', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal(Object.keys(optionalDependencies).sort(), platforms.map(p => p.nodePackage).sort())
  for (const platform of platforms) assert.is(locked(platform).version, optionalDependencies[platform.nodePackage])
  assert.is(new Set(Object.values(optionalDependencies)).size, 1)
})

test('a package with another content than package-lock.json names is not unpacked', () => {
  const { integrity } = locked(other)
  assert.throws(
    () => checkIntegrity(Buffer.from('something else'), integrity, 'node-x@1'),
    /node-x@1 is not the package/,
  )
  const empty = 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=='
  checkIntegrity(Buffer.alloc(0), empty, 'node-x@1')
})

test('a Node in the cache that was changed is not built in, and the message says what to do', async () => {
  const before = process.env.XDG_CACHE_HOME
  const cache = mkdtempSync(join(tmpdir(), 'dnsfix-cache-'))
  const folder = join(cache, 'kubectl-dnsfix', 'build', 'node', `${other.nodePackage}-${locked(other).version}`)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'bin', other.os === 'windows' ? 'node.exe' : 'node'), 'not Node')
  process.env.XDG_CACHE_HOME = cache
  try {
    const error = await nodeFor(other).then(String, String)
    assert.match(error, 'is not the Node that')
    assert.match(error, `rm -r ${folder}`)
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
    rmSync(cache, { recursive: true })
  }
})

test.run()
