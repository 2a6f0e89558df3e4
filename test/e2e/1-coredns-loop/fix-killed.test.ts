import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { kubeconfigPath } from '../../cluster/cluster.ts'
import { allBytes, assertVerdict, fixJson, journals, leavingSoon, undoJson, undoWhenFree } from '../fix.ts'
import { binary, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a repair that is killed')

/** Starts `fix` and ends it as a power failure would. */
async function killedAfter(ms: number, method: string): Promise<void> {
  const env = { ...process.env, KUBECONFIG: kubeconfigPath() }
  const child = spawn(binary, ['fix', '--method', method, '--yes', '-o', 'json'], { stdio: 'ignore', env })
  const ended = once(child, 'exit')
  await Promise.race([ended, sleep(ms)])
  child.kill('SIGKILL')
  await ended
}

/** Those that only look end by themselves, and a later run deletes them. */
const changingPods = () => kubectl(['get', 'pods', '-A', '-l', 'kubectl-dnsfix/work=change', '-o', 'name'])

/** How long a run takes that nobody kills; it is taken back. */
async function millisecondsOf(method: string): Promise<number> {
  const start = performance.now()
  assertVerdict(await fixJson(['--method', method, '--yes']), 'repaired')
  const ms = performance.now() - start
  assertVerdict(await undoJson(), 'undone')
  return ms
}

/** KILL_POINTS=20 kills each of them at as many; a point of the last two takes most of a minute. */
for (const [method, usual] of [
  ['configmap', 6],
  ['kubelet', 2],
  ['kubeadm', 1],
] as const) {
  const points = Number(process.env.KILL_POINTS ?? usual)
  test(`at ${points} points spread over a run of --method ${method} is taken back whole by undo`, () =>
    leavingSoon(variant, async () => {
      const before = await allBytes()
      const whole = await millisecondsOf(method)
      for (let i = 0; i < points; i++) {
        const ms = Math.round(((i + 0.5) / points) * whole)
        const known = (await journals()).length
        await killedAfter(ms, method)
        const isBegun = (await journals()).length > known
        const { id } = await undoWhenFree()
        const when = `killed after ${ms} of ${Math.round(whole)} ms, undone: ${id}`
        assert.is(id !== null, isBegun, when)
        assert.equal(await allBytes(), before, when)
        assert.equal(await changingPods(), '', `Pods that change nodes are left: ${when}`)
      }
    }))
}

test.run()
