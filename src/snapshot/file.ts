import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { ExpectedError } from '../errors.ts'
import { inputs, noEvidence, type Snapshot } from './snapshot.ts'

const kind = 'DnsfixEvidence'

/** The version of the file's layout. A newer one is refused; fields are only ever added within one. */
const schemaVersion = 1

/** Throws an ExpectedError for a path that nothing can be written to: before the look, whose result would be lost. */
export function assertSavable(path: string): void {
  try {
    closeSync(openSync(partOf(path), 'w', 0o600))
    rmSync(partOf(path))
  } catch (error) {
    throw unsavable(path, error)
  }
}

const partOf = (path: string): string => `${path}.part`

const unsavable = (path: string, error: unknown) =>
  new ExpectedError(`The evidence could not be written to ${path}: ${reasonOf(error)}.`, {
    code: 'save-failed',
    hint: 'Give --save a file in a folder that you may write to.',
    cause: error,
  })

/** Writes a snapshot as JSON, so that it can be judged later or elsewhere. Only the owner may read it: logs are in it. */
export function saveSnapshot(path: string, snapshot: Snapshot, toolVersion: string): void {
  const file = { kind, schemaVersion, tool: { version: toolVersion }, ...snapshot }
  try {
    // Whole or not at all, also over an older file: a cut one would be worth nothing.
    writeFileSync(partOf(path), `${JSON.stringify(file, null, 1)}\n`, { mode: 0o600 })
    renameSync(partOf(path), path)
  } catch (error) {
    throw unsavable(path, error)
  }
}

/** Reads what `saveSnapshot` wrote. Throws an ExpectedError that says what the file is instead. */
export function loadSnapshot(path: string): Snapshot {
  return parseSnapshot(readText(path), path)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExpectedError(`The evidence file ${path} cannot be read: ${reasonOf(error)}.`, {
      code: 'evidence-unreadable',
      hint: 'Name a file that kubectl dnsfix check --save wrote.',
      cause: error,
    })
  }
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOSPC: 'no space is left on the disk',
  EROFS: 'the file system is read-only',
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return words[code] ?? (error as Error).message
}

export function parseSnapshot(text: string, path: string): Snapshot {
  const value = parseJson(text, path)
  if (value.kind !== kind) throw notEvidence(path, 'it was not written by kubectl dnsfix check --save')
  if (typeof value.schemaVersion !== 'number') throw notEvidence(path, 'it does not say its version')
  if (value.schemaVersion > schemaVersion) {
    throw new ExpectedError(
      `${path} was written by a newer kubectl dnsfix (evidence version ${value.schemaVersion}; this one reads ${schemaVersion}).`,
      { code: 'evidence-newer', hint: 'Update the plugin: kubectl krew upgrade dnsfix' },
    )
  }
  const missing = whatIsMissing(value)
  if (missing) throw notEvidence(path, `its ${missing} is missing or not of the right kind`)
  const { takenAt, server, nodes, evidence, gaps, plan } = value as unknown as Snapshot
  // A file that an older version wrote has not every input.
  return { takenAt, server, nodes, evidence: { ...noEvidence, ...evidence }, gaps, ...(plan ? { plan } : {}) }
}

type Fields = Readonly<Record<string, unknown>>

/** Inputs that came after the first release of the layout. */
export const laterInputs: readonly string[] = ['networkPolicies', 'probes', 'observations', 'searches']

function parseJson(text: string, path: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const cut = /end of JSON|Unterminated|position/.test((error as Error).message) && text.includes(`"kind": "${kind}"`)
    throw notEvidence(path, cut ? 'the file ends too early or is damaged' : 'it is not JSON')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw notEvidence(path, 'it is not a JSON object')
  return value as Fields
}

const notEvidence = (path: string, why: string) =>
  new ExpectedError(`${path} is no evidence file: ${why}.`, {
    code: 'evidence-invalid',
    hint: 'Write one with: kubectl dnsfix check --save FILE',
  })

/** The first part that a snapshot must have and this value has not. */
function whatIsMissing(value: Fields): string | null {
  if (typeof value.takenAt !== 'string' || Number.isNaN(Date.parse(value.takenAt))) return 'takenAt'
  if (typeof value.server !== 'string') return 'server'
  const nodes = value.nodes as Fields | undefined
  if (typeof nodes?.total !== 'number' || typeof nodes.asked !== 'number') return 'nodes'
  if (!isObjects(value.gaps)) return 'gaps'
  const evidence = value.evidence as Fields | undefined
  if (evidence === null || typeof evidence !== 'object') return 'evidence'
  const bad = inputs.find(
    input => !isObjects(evidence[input]) && !(evidence[input] === undefined && laterInputs.includes(input)),
  )
  return bad ? `evidence.${bad}` : null
}

const isObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.every(item => item !== null && typeof item === 'object')
