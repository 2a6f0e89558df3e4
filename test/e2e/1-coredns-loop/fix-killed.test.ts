import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { kubeconfigPath } from '../../cluster/cluster.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { contentOf, journals, leaving } from '../fix.ts'
import { binary, dnsfix, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'a repair that is killed')

/** Starts `fix` and ends it as a power failure would; whether it had still been at work. */
async function killedAfter(ms: number): Promise<boolean> {
  const env = { ...process.env, KUBECONFIG: kubeconfigPath() }
  const child = spawn(binary, ['fix', '--yes', '-o', 'json'], { stdio: 'ignore', env })
  const ended = once(child, 'exit')
  await Promise.race([ended, sleep(ms)])
  const wasAtWork = child.exitCode === null
  child.kill('SIGKILL')
  await ended
  return wasAtWork
}

/** Undoes the newest run as soon as the lock of the killed one has ended by itself. */
const undoWhenFree = () =>
  until('the lock of the killed run to end', 40, async () => {
    const { code, stdout, stderr } = await dnsfix(['undo', '--yes', '-o', 'json'])
    const report = JSON.parse(stdout)
    if (report.code === 'busy') return new Missing(report.message)
    assert.is(code, 0, stdout + stderr)
    return report
  })

for (const ms of [1500, 3000, 4500])
  test(`after ${ms} ms is taken back whole by undo`, () =>
    leaving(variant, async () => {
      const before = await contentOf('coredns')
      const wasAtWork = await killedAfter(ms)
      const hasJournal = (await journals()).length > 0
      const report = await undoWhenFree()
      assert.is(report.id !== null, hasJournal, `still at work when killed: ${wasAtWork}`)
      assert.is(await contentOf('coredns'), before)
    }))

test.run()
