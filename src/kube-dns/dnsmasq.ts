/** What dnsmasq said of its upstreams when it last started or read its resolv.conf. */
export interface DnsmasqServers {
  /** servers for every name that has no server of its own; `address#port` as logged */
  readonly using: readonly string[]
  /** the same, dropped because a query came back (`--dns-loop-detect`) */
  readonly looping: readonly string[]
  /** the same, dropped because the address is one of dnsmasq's own */
  readonly ignored: readonly string[]
  readonly lines: readonly string[]
}

/**
 * Reads the upstreams that dnsmasq really uses from its log: dnsmasq prints the whole list again after every start
 * and every change (dnsmasq 2.90, src/network.c: check_servers). "for domain" lines are stub zones, not upstreams.
 */
export function dnsmasqServers(lines: readonly string[]): DnsmasqServers {
  const start = lines.findLastIndex(line => /dnsmasq\[\d+\]: started, version/.test(line))
  const latest = lines.slice(Math.max(start, 0))
  const pick = (pattern: RegExp) => [...new Set(latest.flatMap(line => pattern.exec(line)?.[1] ?? []))]
  const looping = pick(/NOT using nameserver (\S+) - query loop detected/)
  return {
    using: pick(/\]: using nameserver (\S+)(?! for )\s*$/).filter(server => !looping.includes(server)),
    looping,
    ignored: pick(/ignoring nameserver (\S+) - local interface/),
    lines: latest.filter(line =>
      /using nameserver (?!.* for (domain|unqualified|default))|ignoring nameserver/.test(line),
    ),
  }
}
