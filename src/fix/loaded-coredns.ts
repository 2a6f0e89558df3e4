import { patterns } from '../snapshot/logs.ts'
import type { Says } from './loaded.ts'

/** What a CoreDNS Pod lets one see of its configuration. */
export interface CoreDnsWords {
  /** the log of the running container */
  readonly log: readonly string[]
  /** the part of it that is newer than the change */
  readonly recent: readonly string[]
  /** its metrics as text; empty where they could not be read */
  readonly metrics: string
  /** the Pod was made after the change */
  readonly isNew: boolean
}

/**
 * Whether CoreDNS runs the Corefile that has these hashes; undefined hashes are not known, and then any reload since the
 * change counts, and so does a start. CoreDNS prints `Running configuration` only where `reload` is in use.
 */
export function coreDnsSays(words: CoreDnsWords, hashes: readonly string[] | undefined): Says {
  const refused = words.recent.findLastIndex(line => patterns.reloadFailed.test(line))
  const reloaded = words.recent.findLastIndex(line => /Reloading complete/.test(line))
  if (refused > reloaded) return { state: 'rejected', line: words.recent[refused] ?? '' }
  const running = words.log.findLast(isRunningLine)
  if (running && hashes?.includes(hashOf(running))) return { state: 'loaded', line: running }
  const inMetrics = hashes && metricOf(words.metrics, hashes)
  if (inMetrics) return { state: 'loaded', line: inMetrics }
  if (reloaded >= 0) return { state: 'loaded', line: words.recent[reloaded] ?? '' }
  if (words.isNew) return { state: 'loaded', line: 'it was started after the change' }
  // The first words of a start end with the version; the hash would stand before it.
  const isDeaf = !running && words.log.some(line => /^CoreDNS-\d/.test(line))
  return { state: isDeaf ? 'deaf' : 'waiting' }
}

/** Says which configuration the server has begun to run. */
export const isRunningLine = (line: string): boolean =>
  /plugin\/reload: Running configuration (SHA512|MD5) = [0-9a-f]+/.test(line)

const hashOf = (line: string): string => / = ([0-9a-f]+)/.exec(line)?.[1] ?? ''

/** The metric takes the hash of a refused Corefile too (plugin/reload/reload.go), so it counts only where none failed. */
function metricOf(metrics: string, hashes: readonly string[]): string | undefined {
  const lines = metrics.split('\n')
  if (lines.some(line => /^coredns_reload_failed_total(\{[^}]*\})? [1-9]/.test(line))) return undefined
  return lines.find(
    line => line.startsWith('coredns_reload_version_info{') && hashes.some(h => line.includes(`"${h}"`)),
  )
}
