import { analyze } from '../../src/analyze.ts'
import type { CarryOutOptions } from '../../src/commands/carry-out.ts'
import type { Seen } from '../../src/fix/proof.ts'
import type { FixOptions } from '../../src/options.ts'
import type { Spinner } from '../../src/report/spinner.ts'
import { rules } from '../../src/rules/index.ts'
import { foundingFault } from '../clusters.ts'
import type { cluster } from '../fix/settled-cluster.ts'
import { dns } from '../fix/settled-server.ts'
import { snapshotOf } from '../fixtures.ts'
import { memoryIo } from '../io.ts'

export const fixOptions = (given: Partial<FixOptions> = {}): FixOptions => ({
  kube: {} as FixOptions['kube'],
  output: 'table',
  code: undefined,
  method: undefined,
  upstreams: [],
  stubDomains: {},
  dryRun: 'none',
  yes: true,
  verify: true,
  rollback: true,
  names: [],
  external: true,
  verbose: false,
  timeoutMs: 60_000,
  ...given,
})

/** A spinner that keeps what it is told to note. */
export function keptNotes(): Spinner & { readonly notes: string[] } {
  const notes: string[] = []
  const nothing = () => undefined
  return { notes, note: lines => notes.push(lines), say: nothing, pause: nothing, end: nothing }
}

export const taker = { holder: 'bob@desk pid 1', isGone: () => false }

const snapshot = snapshotOf(foundingFault)
export const founding: Seen = { snapshot, analysis: analyze(snapshot, rules) }

const workload = foundingFault.workloads[0]

/** A run in a cluster of which nobody can say afterwards what it is like: no node is seen there. */
export const runIn = (
  there: ReturnType<typeof cluster>,
  options: Partial<FixOptions> = {},
  signal = new AbortController().signal,
): CarryOutOptions => ({
  options: fixOptions(options),
  io: memoryIo({ signal }),
  spinner: keptNotes(),
  look: async () => snapshotOf({ ...foundingFault, nodes: [] }),
  before: founding,
  taker,
  dns: { ...dns, workload },
  why: 'DNS301',
  clock: there.waiting.clock,
})
