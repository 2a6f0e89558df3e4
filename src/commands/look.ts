import type { Io } from '../io.ts'
import { type Client, createClient } from '../kube/client.ts'
import { loadConfig } from '../kube/config.ts'
import { RequestError } from '../kube/failures.ts'
import { clusterUnreachable } from '../kube/unreachable.ts'
import type { LookOptions } from '../options.ts'
import { questionsFrom } from '../questions.ts'
import { type Spinner, spinner } from '../report/spinner.ts'
import { collect } from '../snapshot/collect.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/**
 * Runs something with a client of the chosen cluster, which is closed afterwards, and a sign of life on the terminal.
 * A request that nobody else made sense of becomes an ExpectedError about the cluster.
 */
export async function withClient<T>(
  options: Pick<LookOptions, 'kube' | 'verbose'>,
  io: Io,
  use: (client: Client, spinner: Spinner) => Promise<T>,
): Promise<T> {
  const client = createClient(loadConfig(options.kube), text => io.stderr.write(`${text}\n`))
  const shown = spinner(`Looking at ${client.server}`, io)
  const started = performance.now()
  try {
    return await use(client, shown)
  } catch (error) {
    throw error instanceof RequestError ? clusterUnreachable(error, client) : error
  } finally {
    shown.end()
    if (options.verbose) io.stderr.write(`${effort(client, performance.now() - started, io.peakMemory())}\n`)
    client.close()
  }
}

/** What `check` sees. Rejects with a RequestError only when the cluster cannot be reached at all. */
export function lookAt(client: Client, options: LookOptions, io: Io): Promise<Snapshot> {
  const external = questionsFrom(options.names, options.external)
  return collect(client, { external, takenAt: io.now().toISOString(), signal: io.signal })
}

/** What judging took, where no cluster was asked. */
export const tellMemory = (io: Io): unknown => io.stderr.write(`${megabytes(io.peakMemory())} of memory at the peak\n`)

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

const effort = (client: Client, ms: number, bytes: number): string =>
  `${client.requests()} requests to ${client.server} in ${Math.round(ms)} ms, ${megabytes(bytes)} of memory at the peak`
