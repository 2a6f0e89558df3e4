import { setTimeout as sleep } from 'node:timers/promises'
import { type Analysis, analyze, exitCode } from '../analyze.ts'
import { criteriaOf } from '../criteria/criteria.ts'
import { ExpectedError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Client } from '../kube/client.ts'
import type { VerifyOptions } from '../options.ts'
import { observe } from '../probes/observe.ts'
import { deadlineSeconds } from '../probes/round.ts'
import { keptText, leftText, progressText } from '../report/progress.ts'
import type { Spinner } from '../report/spinner.ts'
import { verifyReport } from '../report/verify.ts'
import { verifyText } from '../report/verify-render.ts'
import { rules } from '../rules/index.ts'
import { pathRules } from '../rules/path/index.ts'
import { loadSnapshot, saveSnapshot } from '../snapshot/file.ts'
import { redact } from '../snapshot/redact.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { lookAt, withClient } from './look.ts'

/** `kubectl dnsfix verify`: asks from Pods on the nodes (or reads what was asked earlier), judges, grades, prints. Returns the exit code. */
export async function verify(options: VerifyOptions, io: Io): Promise<number> {
  const snapshot = options.from === undefined ? await probe(options, io) : loadProbed(options.from)
  if (options.save !== undefined) saveSnapshot(options.save, options.redact ? redact(snapshot) : snapshot, version)
  const analysis = judge(snapshot)
  const report = verifyReport(snapshot, analysis, criteriaOf(snapshot, analysis), version)
  io.stdout.write(verifyText(report, options.output, io))
  return exitCode(analysis, options.failOn)
}

const judge = (snapshot: Snapshot): Analysis => analyze(snapshot, [...rules, ...pathRules])

function loadProbed(path: string): Snapshot {
  const snapshot = loadSnapshot(path)
  if (snapshot.plan) return snapshot
  throw new ExpectedError(`${path} holds nothing that was seen from Pods: it was written by kubectl dnsfix check.`, {
    code: 'evidence-without-probes',
    hint: `Judge it with: kubectl dnsfix check --from ${path}`,
  })
}

/** Between two rounds of `--wait`: what repairs itself takes seconds. */
const pauseMs = 2000

/** One round; with `--wait` as many as it takes to pass within the time. */
const probe = (options: VerifyOptions, io: Io): Promise<Snapshot> =>
  withClient(options, io, async (client, spinner) => {
    const end = Date.now() + options.waitMs
    for (;;) {
      const seen = await round(client, options, io, spinner)
      const isLast = Date.now() + pauseMs >= end
      if (isLast || exitCode(judge(seen), options.failOn) === 0) return seen
      spinner.say('Not yet: asking again')
      await sleep(pauseMs, undefined, { signal: io.signal })
    }
  })

async function round(client: Client, options: VerifyOptions, io: Io, spinner: Spinner): Promise<Snapshot> {
  const seen = await lookAt(client, options, io)
  const { nodes, hostNetwork, image, timeoutMs, keep } = options
  const snapshot = await observe(client, seen, {
    namespace: client.namespace,
    nodes,
    hostNetwork,
    image,
    timeoutMs,
    keep,
    signal: io.signal,
    progress: progress => spinner.say(progressText(progress)),
    left: (pods, plan) => io.stderr.write(leftText(pods, plan)),
  })
  if (keep && snapshot.plan) io.stderr.write(keptText(snapshot.plan, deadlineSeconds(timeoutMs)))
  return snapshot
}
