import { checkArguments } from './arguments.ts'
import { isDomainName } from './name.ts'
import { hostsOptions } from './options.ts'
import { nameOf, type Problem, problem } from './problem.ts'
import { isReverse, originsOf, pluginsOf } from './query.ts'
import type { ServerBlock, Token } from './types.ts'
import { type Target, targetOf } from './upstreams.ts'
import { isBefore } from './version.ts'
import { splitTransport, zonesOfArgument } from './zones.ts'

const maxUpstreams = 15

/** The targets of `forward` (plugin/forward/setup.go, to.go; plugin/pkg/parse/host.go). */
export function* checkForward(block: ServerBlock, version: string | undefined): Iterable<Problem> {
  for (const { name, args } of pluginsOf(block, 'forward')) {
    const [from, ...to] = args
    if (from && from.env.length === 0 && zonesOfArgument(from.text).length === 0)
      yield problem(from, `forward needs a zone first, such as ., and ${from.raw} is none`)
    if (to.length === 0)
      yield problem(name, 'forward has no upstream: it needs a zone and an address, such as forward . 10.0.0.53')
    const beyond = to[maxUpstreams]
    if (beyond) yield problem(beyond, `forward takes ${maxUpstreams} upstreams at most, and here are ${to.length}`)
    for (const target of to) yield* checkTarget(name, target, version)
  }
}

function* checkTarget(name: Token, token: Token, version: string | undefined): Iterable<Problem> {
  const { transport } = splitTransport(token.text)
  const target = targetOf(token)
  if (target.kind === 'unknown') return
  const allowed = isBefore(version, '1.14.5') ? ['dns', 'tls'] : ['dns', 'tls', 'https']
  if (!allowed.includes(transport)) yield problem(token, `${nameOf(version)} cannot ${name.text} over ${transport}://`)
  else if (target.kind === 'host') yield* checkHost(target, version)
}

// A name could be that of a file in the server's directory, but images of CoreDNS have none there.
function* checkHost(target: Target & { kind: 'host' }, version: string | undefined): Iterable<Problem> {
  const { token, host } = target
  const never = !isDomainName(host) || /[^A-Za-z0-9._-]/.test(host) || /^[\d.]*$/.test(host)
  if (never) yield problem(token, `${token.raw} is neither an IP address nor a file, so forward cannot use it`)
  else if (isBefore(version, '1.14.4'))
    yield problem(token, `forward takes a host name such as ${token.raw} only from CoreDNS 1.14.4 on`)
}

/** plugin/kubernetes/setup.go: one zone at least must not be a reverse zone. */
export function* checkKubernetes(block: ServerBlock): Iterable<Problem> {
  for (const directive of pluginsOf(block, 'kubernetes')) {
    const unknown = [...directive.args, ...block.keys].some(token => token.env.length > 0)
    if (!unknown && originsOf(block, directive).every(isReverse))
      yield problem(directive.name, 'kubernetes needs a zone that is not a reverse zone, such as cluster.local')
  }
}

/** plugin/hosts/setup.go: after `fallthrough` no line is taken for an address any more. */
export function* checkHosts(block: ServerBlock): Iterable<Problem> {
  const [first, second] = pluginsOf(block, 'hosts')
  if (second) yield problem(second.name, 'hosts can stand only once in a server block')
  let fallen = false
  for (const { name, args } of first?.block ?? []) {
    const option = Object.hasOwn(hostsOptions, name.text) ? hostsOptions[name.text] : undefined
    if (option) yield* checkArguments(name, args, option)
    else if (fallen) yield problem(name, `hosts takes no address after fallthrough, and here is ${name.raw}`)
    fallen ||= name.text === 'fallthrough'
  }
}
