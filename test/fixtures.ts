import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import type { Reach } from '../src/finding.ts'
import { rules } from '../src/rules/index.ts'
import { pathRules } from '../src/rules/path/index.ts'
import type { Rule } from '../src/rules/rule.ts'
import { type Evidence, noEvidence, type Snapshot } from '../src/snapshot/snapshot.ts'
import { observationsOf, probesOf, type Spec } from './matrix.ts'

/** The rules of `check`, and those of `verify` after them. */
export const allRules: readonly Rule[] = [...rules, ...pathRules]

/** One case of a rule's fixture file. `args` and `reach` are compared where they are given, in the order of `expect`. */
export interface Case {
  readonly name: string
  readonly evidence: Evidence
  /** observations and probes in short, beside the evidence; test/matrix.ts says how they are written */
  readonly matrix?: Spec
  /** the external names of the matrix */
  readonly names?: readonly string[]
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
  return cases.map(each => ({ ...each, evidence: { ...noEvidence, ...matrixOf(each), ...each.evidence } }))
}

const matrixOf = ({ matrix, names }: Case): Partial<Evidence> =>
  matrix ? { observations: observationsOf(matrix, names), probes: probesOf(matrix) } : {}

/** A snapshot around partial evidence, taken at a time of its own. */
export function snapshotOf(evidence: Partial<Evidence>, rest: Partial<Snapshot> = {}): Snapshot {
  const all = { ...noEvidence, ...evidence }
  const nodes = { total: all.nodes.length, asked: all.kubelets.length }
  return { takenAt, server: 'https://10.0.0.1:6443', nodes, evidence: all, gaps: [], ...rest }
}
