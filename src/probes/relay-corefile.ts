import { isIPv6 } from 'node:net'
import type { Ask } from './prober.ts'

/** What begins the lines of the log that are about a question. */
export const mark = 'dnsfix'

/**
 * A Corefile with one server block for each ask, on ports from `firstPort` on.
 * Only the loopback is listened on: port-forward reaches it, and nobody else should find a resolver here.
 * `max_fails 1` makes forward give up on a target that refuses at once; with 0 it would ask again for five seconds
 * (plugin/forward/forward.go).
 */
export const relayCorefile = (asks: readonly Ask[], firstPort: number): string =>
  asks.map((ask, i) => block(ask, firstPort + i)).join('')

const block = ({ to, protocol }: Ask, port: number): string => `.:${port} {
    bind 127.0.0.1
    errors
    log . "${mark} {>id} {rcode} {duration}"
    forward . ${hostPort(to.address, to.port)} {
        ${protocol === 'udp' ? 'prefer_udp' : 'force_tcp'}
        max_fails 1
    }
}
`

/** `10.96.0.10:53`, `[fd00::a]:53`. */
export const hostPort = (address: string, port: number): string =>
  `${isIPv6(address) ? `[${address}]` : address}:${port}`
