import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A short name for everything that determines a build result: the same inputs give the same key. */
export function keyOf(...inputs: readonly string[]): string {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(`${Buffer.byteLength(input)}:${input}`)
  return hash.digest('hex').slice(0, 16)
}

/** The names and contents of the files below a folder, as one input of a key. */
export function contentsOf(folder: string, wanted: (file: string) => boolean = () => true): string {
  const hash = createHash('sha256')
  for (const file of filesBelow(folder).filter(wanted)) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Every file below a folder, in a fixed order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** Where a symbolic link inside a root file system leads, as a path in that file system. */
export function resolveIn(root: string, path: string): string {
  try {
    const target = readlinkSync(join(root, path))
    return resolveIn(root, target.startsWith('/') ? target : join(path, '..', target))
  } catch {
    return path
  }
}
