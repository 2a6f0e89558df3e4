import type { Pod } from './objects.ts'
import type { ContainerLog } from './snapshot.ts'

/** The lines of a Pod's container, newest part last: the previous container first, then this one's. */
export function linesOf(logs: readonly ContainerLog[], pod: Pod, container?: string): readonly string[] {
  const order: readonly ContainerLog['part'][] = ['previous', 'head', 'tail']
  return logs
    .filter(l => l.pod === pod.metadata.name && (container === undefined || l.container === container))
    .sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part))
    .flatMap(l => l.text.split('\n'))
    .filter(line => line !== '')
}

/** The newest line that matches. */
export function lastLine(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.findLast(line => pattern.test(line))
}

/** The patterns span versions: the wording changed in CoreDNS 1.3.1 (loop) and 1.12.2 (ready). */
export const patterns = {
  /** plugin/loop: "Loop (127.0.0.1:34614 -> :53) detected for zone", before 1.3.1 "Seen … more than twice, loop detected" */
  loop: /plugin\/loop: (Loop \(|Seen "HINFO)/,
  /** the server's own line when a Corefile keeps it from starting: core/dnsserver, caddyfile, plugin set-ups */
  corefile:
    /Error during parsing|Unknown directive|is already defined|can only be used once per Server Block|no nameservers found/,
  /** plugin/reload: a changed Corefile that was refused, and the old one that goes on */
  reloadFailed: /plugin\/reload: (Corefile parse failed|Corefile changed but reload failed)/,
  bind: /listen (tcp|udp) [^ ]*: bind: (permission denied|address already in use)/,
  noUpstream: /plugin\/forward: no (valid upstream addresses|nameservers) found/,
} as const

/** plugin/errors on an upstream that failed: `2 name. A: read udp A:p->B:53: i/o timeout`; B is the upstream. */
const exchange = /plugin\/errors: \d+ \S+ \S+: .*->([^ ]+):\d+: (.*)$/

/** The upstream that a line names, and what went wrong with it; none for other lines. */
export function upstreamExchange(line: string) {
  const match = exchange.exec(line)
  if (!match?.[1] || !match[2]) return []
  return [{ address: match[1].replace(/^\[(.*)\]$/, '$1'), why: match[2], line }]
}
