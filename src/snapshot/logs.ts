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

/** The newest line that matches, without the time that klog or CoreDNS put before it. */
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
  /** plugin/errors: "2 name. A: read udp A:p->B:53: i/o timeout" */
  upstreamError: /plugin\/errors: \d+ (\S+) (\S+): (.*)/,
} as const
