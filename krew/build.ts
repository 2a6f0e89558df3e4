import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { bundle } from './bundle.ts'
import { hostPlatform, nameOf, type Platform, platforms, withExtension } from './platforms.ts'
import { makeExecutable } from './sea.ts'
import { packedSize } from './size.ts'

const root = dirname(import.meta.dirname)

/** The version that is built, as package.json has it. */
export const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version

/** Where a platform's binary for the release is, once it is built. */
export const binaryOf = (platform: Platform): string =>
  join(root, 'dist', nameOf(platform), withExtension('kubectl-dnsfix', platform))

/** Builds this machine's own binary at dist/kubectl-dnsfix (`.exe` on Windows) and returns its path. */
export async function buildBinary(): Promise<string> {
  const platform = hostPlatform()
  const output = join(root, 'dist', withExtension('kubectl-dnsfix', platform))
  await makeExecutable(await bundle(version), platform, output)
  return output
}

/** Builds every platform's binary, one after the other: each takes 1 GB of memory while it is made. */
export async function buildAll(): Promise<void> {
  const script = await bundle(version)
  for (const platform of platforms) await makeExecutable(script, platform, binaryOf(platform))
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const line = (name: string, ...columns: readonly string[]): void =>
  console.error([name.padEnd(40), ...columns.map(column => column.padStart(9))].join(' '))

async function main(all: boolean): Promise<void> {
  if (!all) {
    const output = await buildBinary()
    return line(relative(process.cwd(), output), megabytes(statSync(output).size))
  }
  await buildAll()
  const files = platforms.map(binaryOf)
  const packed = await Promise.all(files.map(packedSize))
  line('', 'raw', 'packed')
  for (const [i, file] of files.entries())
    line(relative(process.cwd(), file), megabytes(statSync(file).size), megabytes(packed[i] ?? 0))
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) await main(process.argv.includes('--all'))
