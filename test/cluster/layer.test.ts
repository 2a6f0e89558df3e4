import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header } from 'tar-stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { archive, type LayerFile, layer, netBindService } from './build/layer.ts'

interface Entry {
  header: Header
  content: Buffer
}

async function unpack(tar: Buffer): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for await (const entry of Readable.from([tar]).pipe(extract()) as unknown as AsyncIterable<Readable & Entry>) {
    entries.set(entry.header.name, { header: entry.header, content: await buffer(entry) })
  }
  return entries
}

function paxOf(entries: Map<string, Entry>, name: string): Record<string, string> {
  return (entries.get(name)?.header.pax ?? {}) as Record<string, string>
}

const server: LayerFile = { path: '/bin/server', content: Buffer.from('program'), mode: 0o755, bindsLowPorts: true }
const notes: LayerFile = { path: '/etc/notes', content: Buffer.from('text'), mode: 0o644 }

test('a layer holds its files and the folders above them', async () => {
  const entries = await unpack(await layer([server, notes]))
  assert.is(entries.get('bin/server')?.content.toString(), 'program')
  assert.is(entries.get('bin/server')?.header.mode, 0o755)
  for (const folder of ['bin', 'etc', 'tmp', 'proc'])
    assert.is(entries.get(`${folder}/`)?.header.type ?? 'directory', 'directory')
  assert.is(entries.get('etc/notes')?.header.mtime.getTime(), 0)
})

test('only the file that may bind low ports carries the capability', async () => {
  const entries = await unpack(await layer([server, notes]))
  const key = 'SCHILY.xattr.security.capability'
  assert.is(paxOf(entries, 'bin/server')[key], netBindService())
  assert.is(paxOf(entries, 'etc/notes')[key], undefined)
})

test('the capability is cap_net_bind_service=+ep as the kernel stores it', () => {
  const bytes = Buffer.from(netBindService(), 'latin1').toString('hex')
  assert.is(bytes, `01000002${'00040000'}${'00000000'.repeat(3)}`)
})

test('the same files give the same bytes, in whatever order they come', async () => {
  assert.equal(await layer([server, notes]), await layer([notes, server]))
})

test('an archive names its image, its layer and its user', async () => {
  const config = { reference: 'example.test/server:1', entrypoint: ['/bin/server'], user: 'nonroot:nonroot' }
  const entries = await unpack(await archive(config, [server]))
  const json = (name: string) => JSON.parse(entries.get(name)?.content.toString() ?? '')
  assert.equal(json('manifest.json')[0].RepoTags, ['example.test/server:1'])
  assert.is(json('config.json').config.User, 'nonroot:nonroot')
  assert.is(json('config.json').rootfs.diff_ids.length, 1)
})

test.run()
