import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Header, pack } from 'tar-stream'

/** A file in an image. */
export interface LayerFile {
  path: string
  content: Buffer
  mode: number
  /** May bind ports below 1024 without being root, as the real CoreDNS binary. */
  bindsLowPorts?: boolean
}

/** What an image's configuration says. */
export interface ImageConfig {
  reference: string
  entrypoint: readonly string[]
  user?: string
}

type HeaderArgument = Partial<Header> & Pick<Header, 'name'>

const folders = ['dev', 'etc', 'proc', 'sys', 'tmp', 'var/run']
const epoch = new Date(0)

/**
 * The file capability cap_net_bind_service=+ep as the kernel stores it (VFS_CAP_REVISION_2, little endian): revision and
 * "effective" flag, then permitted and inheritable, low and high. All bytes are below 128, so a string carries them.
 */
export function netBindService(): string {
  const words = [0x02000001, 1 << 10, 0, 0, 0]
  const bytes = Buffer.alloc(20)
  words.forEach((word, i) => {
    bytes.writeUInt32LE(word, i * 4)
  })
  return bytes.toString('latin1')
}

/** A container layer: the same files give the same bytes, whenever and wherever. */
export function layer(files: readonly LayerFile[]): Promise<Buffer> {
  const wanted = [...new Map(files.map(file => [file.path, file])).values()]
  const directories = new Set([...folders, ...wanted.map(file => dirname(file.path).slice(1))].flatMap(ancestors))
  const tar = pack()
  for (const name of [...directories].sort()) tar.entry({ name, type: 'directory', mode: modeOf(name), mtime: epoch })
  for (const file of wanted.sort((a, b) => (a.path < b.path ? -1 : 1))) tar.entry(header(file), file.content)
  tar.finalize()
  return buffer(tar)
}

function header(file: LayerFile): HeaderArgument {
  const base: HeaderArgument = { name: file.path.slice(1), mode: file.mode, mtime: epoch, size: file.content.length }
  return file.bindsLowPorts ? { ...base, pax: { 'SCHILY.xattr.security.capability': netBindService() } } : base
}

function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean)
  return parts.map((_part, i) => parts.slice(0, i + 1).join('/'))
}

function modeOf(directory: string): number {
  return directory === 'tmp' ? 0o1777 : 0o755
}

/** An image of one layer in the docker-archive format, which `ctr images import` loads. */
export async function archive(config: ImageConfig, files: readonly LayerFile[]): Promise<Buffer> {
  const data = await layer(files)
  const tar = pack()
  const entry = (name: string, content: Buffer | string) => tar.entry({ name, mode: 0o644, mtime: epoch }, content)
  entry('layer.tar', data)
  entry('config.json', JSON.stringify(imageConfig(config, createHash('sha256').update(data).digest('hex'))))
  entry(
    'manifest.json',
    JSON.stringify([{ Config: 'config.json', RepoTags: [config.reference], Layers: ['layer.tar'] }]),
  )
  tar.finalize()
  return buffer(tar)
}

function imageConfig(config: ImageConfig, digest: string): object {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    history: [],
    config: {
      Entrypoint: config.entrypoint,
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      WorkingDir: '/',
      ...(config.user === undefined ? {} : { User: config.user }),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
}
