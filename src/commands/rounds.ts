import { setTimeout as sleep } from 'node:timers/promises'
import { analyze } from '../analyze.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { VerifyOptions } from '../options.ts'
import { observe } from '../probes/observe.ts'
import { deadlineSeconds } from '../probes/probe.ts'
import { keptText, leftText, progressText } from '../report/progress.ts'
import type { Spinner } from '../report/spinner.ts'
import { rules } from '../rules/index.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { exitOf, graded } from './grade.ts'
import { lookAt, withClient } from './look.ts'
import { namingUnseen } from './unseen.ts'

/** Between two rounds of `--wait`: what repairs itself takes seconds. */
const pauseMs = 2000

/** Less than this no round is worth beginning. */
const shortestMs = 10_000

/** One round of probe Pods; with `--wait` as many as it takes to pass within the time. */
export const probeRounds = (options: VerifyOptions, io: Io): Promise<Snapshot> =>
  withClient(options, io, async (client, spinner) => {
    const end = Date.now() + options.waitMs
    for (;;) {
      const left = end - Date.now()
      const timeoutMs =
        options.waitMs === 0 ? options.timeoutMs : Math.min(options.timeoutMs, Math.max(left, shortestMs))
      const isLast = left < pauseMs + shortestMs
      const seen = await round(client, { ...options, timeoutMs }, io, spinner).catch(error => {
        if (isLast || !isPassing(error)) throw error
      })
      if (seen && (isLast || exitOf(graded(seen), options.failOn) === 0)) return seen
      spinner.say('Not yet: asking again')
      await sleep(pauseMs, undefined, { signal: io.signal })
    }
  })

/** While a control plane is being repaired it may not answer for a while. */
const isPassing = (error: unknown): boolean =>
  error instanceof RequestError && ['unreachable', 'timeout', 'server'].includes(error.kind)

async function round(client: Client, options: VerifyOptions, io: Io, spinner: Spinner): Promise<Snapshot> {
  const seen = await lookAt(client, options, io)
  const { nodes, hostNetwork, image, timeoutMs, keep } = options
  const work = () =>
    observe(client, seen, {
      namespace: client.namespace,
      nodes,
      hostNetwork,
      image,
      timeoutMs,
      keep,
      signal: io.signal,
      progress: progress => spinner.say(progressText(progress)),
      left: (pods, plan) => spinner.note(leftText(pods, plan)),
    })
  const snapshot = await namingUnseen(analyze(seen, rules).findings, work)
  if (keep && snapshot.plan) spinner.note(keptText(snapshot.plan, deadlineSeconds(timeoutMs)))
  return snapshot
}
