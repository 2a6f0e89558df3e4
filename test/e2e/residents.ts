import { uptime } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { kubectl } from '../cluster/api.ts'
import { Missing, until } from '../cluster/exec.ts'
import { nodes } from '../cluster/layout.ts'

const label = 'dnsfix-resident'

/**
 * Resolves ten names a second with glibc's own resolver (getent), as programs do: a cluster name and one of the world in turns.
 * Prints a line for each: name, exit code of getent, when it was asked and how long it took, in hundredths of a second of the
 * machine's uptime (busybox's date knows no smaller part).
 */
const script = `now() { read -r up _ </proc/uptime; echo "\${up%.*}\${up#*.}"; }
ask() {
  from=$(now)
  getent ahosts "$1" >/dev/null
  echo "$1 $? $from $(($(now) - from))"
}
while true; do
  ask kubernetes.default.svc.cluster.local &
  sleep 0.1
  ask example.com &
  sleep 0.1
done`

/** What a Pod was told when it asked for a name. */
export interface Asked {
  readonly node: string
  readonly name: string
  readonly isAnswered: boolean
  /** seconds since the machine was started */
  readonly at: number
  readonly ms: number
}

/** The machine's uptime at this moment (RFC 3339), in seconds: what names were asked at is counted so. */
export const uptimeAt = (time: string): number => uptime() - (Date.now() - Date.parse(time)) / 1000

/** One Pod on each node that resolves names all the time while `work` is done; resolves with all that they asked and were told. */
export async function whileResolving(work: () => Promise<void>): Promise<readonly Asked[]> {
  try {
    for (const { name } of nodes) await kubectl(['create', '-f', '-'], JSON.stringify(resident(name)))
    for (const { name } of nodes) await until(`names to be asked on ${name}`, 60, () => askedOn(name))
    await work()
    await sleep(lastMs)
    return (await Promise.all(nodes.map(({ name }) => linesOf(name)))).flat()
  } finally {
    await kubectl(['delete', 'pods', '-l', label, '--grace-period=0', '--force', '--wait=true'])
  }
}

/** A name that was asked at the very end and is never answered fails after glibc's two attempts of 5 s (resolv.conf(5)). */
const lastMs = 11_000

async function askedOn(node: string): Promise<true | Missing> {
  const lines = await linesOf(node).catch(() => [])
  return lines.length > 20 ? true : new Missing('the Pod has not asked yet')
}

async function linesOf(node: string): Promise<readonly Asked[]> {
  const text = await kubectl(['logs', `resident-${node}`])
  return text
    .trimEnd()
    .split('\n')
    .map(line => {
      const [, name = '', code, at, took] = /^(\S+) (\d+) (\d+) (\d+)$/.exec(line) ?? []
      if (name === '') throw new Error(`not a line of the script: ${line}`)
      return { node, name, isAnswered: code === '0', at: Number(at) / 100, ms: Number(took) * 10 }
    })
}

const resident = (node: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `resident-${node}`, namespace: 'default', labels: { [label]: '' } },
  spec: {
    nodeName: node,
    containers: [{ name: 'resident', image: 'example.test/tools:1', command: ['sh', '-c', script] }],
  },
})

/** No name went unanswered; says how many were asked, and how long the slowest took. */
export function assertAllAnswered(asked: readonly Asked[]): void {
  const slowest = Math.max(...asked.map(a => a.ms))
  console.log(`      ${asked.length} names were asked, the slowest took ${slowest} ms`)
  assert.equal(
    asked.filter(a => !a.isAnswered),
    [],
  )
}
