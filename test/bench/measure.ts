import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { kubeconfigPath, kubectlPath } from '../cluster/cluster.ts'
import type { Result } from './result.ts'

/** A measurement: ours against kubectl's, and the ratio that must not be passed. */
export interface Bench {
  readonly name: string
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
  readonly theirName: string
  readonly bar: number
  readonly rounds: number
}

export const env = {
  ...process.env,
  KUBECONFIG: kubeconfigPath(),
  PATH: `${dirname(kubectlPath())}${delimiter}${process.env.PATH}`,
}

/** How long a command takes that has to end well. */
export function milliseconds(argv: readonly string[]): number {
  const [program = '', ...args] = argv
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 1e9 })
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}${stdout}`)
  return performance.now() - start
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Both in turns, the first of all thrown away: whatever else the machine does hits them alike. */
function measure({ ours, theirs, rounds }: Bench) {
  milliseconds(ours)
  milliseconds(theirs)
  const pairs = Array.from({ length: rounds }, () => ({ ours: milliseconds(ours), theirs: milliseconds(theirs) }))
  return { ours: median(pairs.map(p => p.ours)), theirs: median(pairs.map(p => p.theirs)) }
}

/** A measurement, said as a ratio. */
export function againstKubectl(bench: Bench): Result {
  const { ours, theirs } = measure(bench)
  const ratio = ours / theirs
  const ms = (value: number) => `${value.toFixed(0)} ms`
  return {
    what: `${bench.name}, against ${bench.theirName}`,
    measured: `${ms(ours)} : ${ms(theirs)} = ${ratio.toFixed(2)}`,
    bar: `≤ ${bench.bar.toFixed(1)} ×`,
    met: ratio <= bench.bar,
  }
}
