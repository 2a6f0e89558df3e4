import { analyze, exitCode } from '../analyze.ts'
import type { Io } from '../io.ts'
import { type Client, createClient } from '../kube/client.ts'
import { loadConfig } from '../kube/config.ts'
import { RequestError } from '../kube/failures.ts'
import { clusterUnreachable } from '../kube/unreachable.ts'
import type { CheckOptions } from '../options.ts'
import { questionsFrom } from '../questions.ts'
import { checkReport } from '../report/check.ts'
import { render } from '../report/render.ts'
import { spinner } from '../report/spinner.ts'
import { tableLines } from '../report/table.ts'
import { rules } from '../rules/index.ts'
import { collect } from '../snapshot/collect.ts'
import { loadSnapshot, saveSnapshot } from '../snapshot/file.ts'
import { redact } from '../snapshot/redact.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { version } from '../version.ts'

/** `kubectl dnsfix check`: looks (or reads what was seen earlier), judges, prints. Returns the exit code. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  const snapshot = options.from === undefined ? await look(options, io) : loadSnapshot(options.from)
  if (options.save !== undefined) saveSnapshot(options.save, options.redact ? redact(snapshot) : snapshot, version)
  const analysis = analyze(snapshot, rules)
  const report = checkReport(snapshot, analysis, version)
  io.stdout.write(render(report, options.output, io, style => tableLines(report, style, options.output === 'wide')))
  return exitCode(analysis, options.failOn)
}

async function look(options: CheckOptions, io: Io): Promise<Snapshot> {
  const external = questionsFrom(options.names, options.external)
  const client = createClient(loadConfig(options.kube), text => io.stderr.write(`${text}\n`))
  const stop = spinner(`Looking at ${client.server}`, io)
  const started = performance.now()
  try {
    return await collect(client, { external, takenAt: io.now().toISOString(), signal: io.signal })
  } catch (error) {
    throw error instanceof RequestError ? clusterUnreachable(error, client) : error
  } finally {
    stop()
    if (options.verbose) io.stderr.write(`${effort(client, performance.now() - started, io.peakMemory())}\n`)
    client.close()
  }
}

const effort = (client: Client, ms: number, bytes: number): string =>
  `${client.requests()} requests to ${client.server} in ${Math.round(ms)} ms, ${Math.round(bytes / 1e6)} MB of memory at the peak`
