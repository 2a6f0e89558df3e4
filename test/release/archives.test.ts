import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { platforms } from '../../krew/platforms.ts'
import { releaseFolder } from '../../krew/release.ts'
import { root } from '../runner.ts'
import { archiveOf, checksums, texts } from './archive.ts'

const bill = 'kubectl-dnsfix.cdx.json'
const read = (name: string) => readFileSync(join(releaseFolder, name))

async function headersOf(archive: string): Promise<Header[]> {
  const entries = Readable.from([read(archive)])
    .pipe(createGunzip())
    .pipe(extract())
  const headers: Header[] = []
  for await (const entry of entries as unknown as AsyncIterable<Readable & { header: Header }>) {
    headers.push(entry.header)
    entry.resume()
  }
  return headers
}

test('there is an archive for each platform and nothing else, and none is too big to download', () => {
  const found = globSync('*.{tar.gz,zip}', { cwd: releaseFolder }).sort()
  assert.equal(found, platforms.map(archiveOf).sort())
  for (const archive of found) assert.ok(read(archive).length <= 45e6, `${archive}: ${read(archive).length} bytes`)
})

test('the checksums are those of the archives and of the bill of materials', () => {
  const wanted = [bill, ...platforms.map(archiveOf)].map(name => [name, sha256(read(name))])
  assert.equal(Object.fromEntries(checksums()), Object.fromEntries(wanted))
})

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

for (const archive of platforms.map(archiveOf).filter(name => name.endsWith('.tar.gz'))) {
  test(`${archive} holds the program and its texts, with the time of the commit and no one's name`, async () => {
    const headers = await headersOf(archive)
    assert.equal(headers.map(({ name }) => name).sort(), [...texts, 'kubectl-dnsfix'].sort())
    const commit = Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }))
    for (const { name, mode, mtime, uname, gname } of headers) {
      assert.is(mode, name === 'kubectl-dnsfix' ? 0o755 : 0o644, name)
      assert.is(mtime?.getTime(), commit * 1000, name)
      assert.equal([uname, gname], ['root', 'root'])
    }
  })
}

test('the bill of materials names what goes into the binaries, the Node of every platform too, and nothing else', () => {
  const { components, metadata } = JSON.parse(read(bill).toString())
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const locked = Object.entries(packages as Record<string, { version: string; dev?: boolean }>)
  const wanted = locked
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`)
  const found = components.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`)
  assert.equal([...new Set(found)].sort(), [...new Set(wanted)].sort())
  for (const { nodePackage } of platforms) assert.ok(found.some((c: string) => c.startsWith(`${nodePackage}@`)))
  assert.is(metadata.component.name, 'kubectl-dnsfix')
})

test.run()
