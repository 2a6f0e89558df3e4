import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where compiled tools and the other platforms' Node are kept: they outlive the checkout, and every clone finds them. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-dnsfix', 'build')

/**
 * Makes a folder of the cache under another name first, so that a build that is killed leaves no half result, and of two
 * at the same time the later finds the work of the earlier.
 */
export async function makeFolder(folder: string, make: (temporary: string) => Promise<unknown>): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}.`)
  try {
    await make(temporary)
    rmSync(folder, { recursive: true, force: true })
    renameSync(temporary, folder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}
