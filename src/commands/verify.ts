import { ExpectedError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { VerifyOptions } from '../options.ts'
import { verifyReport } from '../report/verify.ts'
import { verifyText } from '../report/verify-render.ts'
import { assertSavable, loadSnapshot, saveSnapshot } from '../snapshot/file.ts'
import { redact } from '../snapshot/redact.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'
import { exitOf, graded } from './grade.ts'
import { tellMemory } from './look.ts'
import { probeRounds } from './rounds.ts'

/**
 * `kubectl dnsfix verify`: asks from Pods on the nodes (or reads what was asked earlier), judges, grades, prints. Returns the exit
 * code.
 */
export async function verify(options: VerifyOptions, io: Io): Promise<number> {
  const { from, save, output, failOn } = options
  if (save !== undefined) assertSavable(save)
  const snapshot = from === undefined ? await probeRounds(options, io) : loadProbed(from)
  if (save !== undefined) saveSnapshot(save, options.redact ? redact(snapshot) : snapshot, version)
  const { analysis, criteria } = graded(snapshot)
  io.stdout.write(verifyText(verifyReport(snapshot, analysis, criteria, version), output, io))
  if (from !== undefined && options.verbose) tellMemory(io)
  return exitOf({ analysis, criteria }, failOn)
}

function loadProbed(path: string): Snapshot {
  const snapshot = loadSnapshot(path)
  if (snapshot.plan) return snapshot
  throw new ExpectedError(`${path} holds nothing that was seen from Pods: it was written by kubectl dnsfix check.`, {
    code: 'evidence-without-probes',
    hint: `Judge it with: kubectl dnsfix check --from ${path}`,
  })
}
