import type { Sample } from './snapshot.ts'

/** The metrics that some rule reads; the rest of an endpoint's text is dropped. */
const wanted =
  /^(coredns_build_info|coredns_reload_failed_total|coredns_panics_total|coredns_(proxy_request_duration_seconds_count|forward_requests?_(count_)?total)|coredns_proxy_healthcheck_failures_total|kubedns_probe_\w+_errors|kubedns_dnsmasq_(errors|misses|hits))(?=[{ ])/

/**
 * Reads the Prometheus text format: `name{label="value",…} number [time]`.
 * Lines that are no sample, or whose metric nobody reads, are passed over.
 */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap(line => (wanted.test(line) ? parseSample(line) : []))
}

function parseSample(line: string): readonly Sample[] {
  const match = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line)
  if (!match?.[1]) return []
  const value = Number(match[3])
  if (Number.isNaN(value)) return []
  return [{ metric: match[1], labels: parseLabels(match[2] ?? ''), value }]
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)
  const undo = (value: string) => value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
  return Object.fromEntries(Array.from(pairs, ([, name = '', value = '']) => [name, undo(value)]))
}

/** The addresses that CoreDNS forwarded queries to, as `address:port` (the label `to`, whose metric was renamed twice). */
export function forwardedTo(samples: readonly Sample[]): readonly { readonly to: string; readonly sample: Sample }[] {
  return samples.flatMap(sample => {
    const isForward = sample.metric.startsWith('coredns_forward') || sample.labels.proxy_name === 'forward'
    const to = sample.labels.to
    return isForward && to && sample.value > 0 ? [{ to, sample }] : []
  })
}
