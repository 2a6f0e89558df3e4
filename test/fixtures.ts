import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import type { Reach } from '../src/finding.ts'
import { type Evidence, noEvidence, type Snapshot } from '../src/snapshot/snapshot.ts'

/** One case of a rule's fixture file. `args` and `reach` are compared where they are given, in the order of `expect`. */
export interface Case {
  readonly name: string
  readonly evidence: Evidence
  /** when it was seen; `takenAt` where it makes no difference */
  readonly at?: string
  readonly expect: readonly string[]
  readonly args?: object | readonly object[]
  readonly reach?: Reach | readonly Reach[]
}

export const takenAt = '2026-11-22T13:20:00.000Z'

const folder = join(import.meta.dirname, 'rules')

/** The rules that have a fixture file, by its name. */
export const fixtureNames: readonly string[] = readdirSync(folder).map(file => basename(file, '.yaml'))

/** The cases of one rule. Objects in them are partial: only what the rule reads has to be there. */
export function casesOf(rule: string): readonly Case[] {
  const cases = parse(readFileSync(join(folder, `${rule}.yaml`), 'utf8'), { merge: true }) as readonly Case[]
  return cases.map(each => ({ ...each, evidence: { ...noEvidence, ...each.evidence } }))
}

/** A snapshot around partial evidence, taken at a time of its own. */
export function snapshotOf(evidence: Partial<Evidence>, rest: Partial<Snapshot> = {}): Snapshot {
  const all = { ...noEvidence, ...evidence }
  const nodes = { total: all.nodes.length, asked: all.kubelets.length }
  return { takenAt, server: 'https://10.0.0.1:6443', nodes, evidence: all, gaps: [], ...rest }
}
