import type { Position } from './error.ts'
import { newestKnown } from './plugins.ts'
import { isBefore } from './version.ts'

/** Something that makes CoreDNS refuse to start; `certain` is false when that hangs on what cannot be seen here. */
export type Problem = Position & { readonly message: string; readonly certain: boolean }

export function problem(at: Position, message: string, certain = true): Problem {
  return { file: at.file, line: at.line, column: at.column, message, certain }
}

/** Whether the tables speak for this version: it is known, and none that came after them. */
export function isCovered(version: string | undefined): boolean {
  return isBefore(newestKnown, version ?? '') === false
}

export function nameOf(version: string | undefined): string {
  return version === undefined ? 'CoreDNS' : `CoreDNS ${version.replace(/^v/, '')}`
}
