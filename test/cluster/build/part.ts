import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cache } from '../paths.ts'
import { isAlive } from '../process.ts'

/** One build result: a folder that is made once and then only read. */
export interface Part {
  name: string
  /** Changes with everything that determines the result. */
  key: string
  make(folder: string): Promise<void>
}

/** Where a part is, or will be. */
export function pathOf(part: Part): string {
  return join(cache, 'parts', part.name, part.key)
}

/** Whether a part is there, whole: a part gets its name only when it is complete. */
export function isMade(part: Part): boolean {
  return existsSync(pathOf(part))
}

/** Makes a part under another name first: a build that is killed leaves no half result. */
export async function make(part: Part): Promise<void> {
  const temporary = join(cache, 'parts', part.name, `.${process.pid}`)
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  await part.make(temporary)
  await rename(temporary, pathOf(part))
}

/** Removes all but these parts, also what killed builds left; not what is mounted right now. */
export async function prune(parts: readonly Part[]): Promise<void> {
  const all = join(cache, 'parts')
  const unknown = readdirSync(all).filter(name => !parts.some(part => part.name === name))
  for (const name of unknown) await rm(join(all, name), { recursive: true, force: true })
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  for (const part of parts) {
    const folder = join(cache, 'parts', part.name)
    const old = readdirSync(folder).filter(name => name !== part.key && !isBusy(name))
    for (const name of old) {
      if (!mounts.includes(join(folder, name))) await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}

function isBusy(name: string): boolean {
  return name.startsWith('.') && name !== `.${process.pid}` && isAlive(Number(name.slice(1)))
}
