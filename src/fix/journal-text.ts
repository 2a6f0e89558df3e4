import { gunzipSync, gzipSync } from 'node:zlib'
import { ExpectedError } from '../errors.ts'
import { cleaned } from './objects.ts'
import type { Change, KubeObject, Method } from './plan.ts'
import type { Spare } from './spare.ts'

/**
 * `applying` and `failed`: it may have been done or not, the live object tells; `undone`: it is as it was before. A step is written
 * as `applying` before it is begun.
 */
export type StepState = 'planned' | 'applying' | 'applied' | 'failed' | 'undone'

export type JournalState = 'running' | 'done' | 'rolled-back' | 'undone'

export interface Step {
  readonly change: Change
  readonly state: StepState
  /** when it came to this state */
  readonly at: string
  readonly note?: string
}

/** What a run did and has to be able to take back. Its objects are whole but for what the server keeps by itself. */
export interface Journal {
  readonly schemaVersion: 1
  readonly id: string
  /** the version of the program that wrote it */
  readonly version: string
  readonly startedAt: string
  readonly method: Method
  readonly state: JournalState
  readonly why: string
  readonly steps: readonly Step[]
  /** there only while the workload may have a Pod too many */
  readonly spare?: Spare
}

const schemaVersion = 1

const plainName = 'journal.json'
const packedName = 'journal.json.gz'

/** Above this the text is compressed; the API server takes a ConfigMap of 1 MiB (kubernetes.io, ConfigMap: size limit). */
const plainBytes = 300 * 1024
const limitBytes = 900 * 1024

export type ConfigMapData = {
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

/** A journal as the fields of a ConfigMap, compressed where it is long. */
export function journalData(journal: Journal): ConfigMapData {
  const text = JSON.stringify(journal)
  if (Buffer.byteLength(text) <= plainBytes) return { data: { [plainName]: text } }
  return { binaryData: { [packedName]: gzipSync(text).toString('base64') } }
}

/** Throws an ExpectedError for a journal that no ConfigMap can hold. What is left is for the notes of its steps. */
export function assertFits(data: ConfigMapData): void {
  const bytes = Buffer.byteLength(data.data?.[plainName] ?? data.binaryData?.[packedName] ?? '')
  if (bytes <= limitBytes) return
  throw new ExpectedError(
    `The plan is too large to be taken back later: its journal would have ${Math.ceil(bytes / 1024)} KiB.`,
    {
      code: 'plan-too-large',
      hint: `Repair it in parts, of which each journal has at most ${limitBytes / 1024} KiB: name a code, or fewer nodes`,
    },
  )
}

/** The journal in a ConfigMap; a sentence where there is none that this program can read. */
export function parseJournal(configMap: ConfigMapData): Journal | string {
  const { data, binaryData } = configMap
  try {
    const packed = binaryData?.[packedName]
    const text = packed === undefined ? data?.[plainName] : gunzipSync(Buffer.from(packed, 'base64')).toString()
    if (text === undefined) return `it has no ${plainName}`
    return checked(JSON.parse(text) as Partial<Journal> | null)
  } catch (error) {
    return `its ${plainName} is damaged: ${(error as Error).message}`
  }
}

function checked(journal: Partial<Journal> | null): Journal | string {
  const written = Number(journal?.schemaVersion)
  if (written > schemaVersion) return `it was written by a newer kubectl dnsfix (${journal?.version})`
  const isWhole =
    written === schemaVersion &&
    [journal?.id, journal?.startedAt, journal?.state].every(field => typeof field === 'string') &&
    Array.isArray(journal?.steps) &&
    journal.steps.every(step => typeof step?.state === 'string' && /^(object|node)$/.test(step?.change?.kind)) &&
    isSpare(journal.spare)
  return isWhole ? (journal as Journal) : `its ${plainName} is not whole`
}

const isSpare = (spare: Partial<Spare> | null | undefined): boolean =>
  spare === undefined || (/^\/apis\/apps\/v1\/.*\/scale$/.test(spare?.path ?? '') && Number.isInteger(spare?.replicas))

/** A change as it is kept. Throws for a Secret: that would be read by whoever may read ConfigMaps. */
export function keptChange(change: Change): Change {
  if (change.kind === 'node') return change
  const isSecret =
    [change.before, change.after].some(object => object?.kind === 'Secret') || /\/secrets\//.test(change.path)
  if (isSecret) throw new Error(`a plan must not change the Secret ${change.path}`)
  const image = (object: KubeObject | null) => object && cleaned(object)
  return { ...change, before: image(change.before), after: image(change.after) }
}
