import { isAddress, splitPort } from '../dns/address.ts'
import { whyNotDnsName } from '../dns/name.ts'
import { ExpectedError } from '../errors.ts'

/**
 * The servers of `--upstream`, each `IP`, `IP:PORT` or `[IPv6]:PORT`. Throws an ExpectedError for what cannot be read as that;
 * whether a server is a proper one depends on the cluster.
 */
export const upstreamsFrom = (texts: readonly string[] | undefined): readonly string[] =>
  (texts ?? []).flatMap(text => serversFrom('upstream', text, text))

/**
 * The domains of `--stub-domain` with their servers; a domain that is named twice has both lists. Throws an ExpectedError
 * for what is no domain or no server.
 */
export function stubDomainsFrom(texts: readonly string[] | undefined): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const text of texts ?? []) {
    const [, typed = '', servers] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
    const why = whyNotDnsName(typed)
    if (why !== null) throw invalid('stub-domain', text, `has no domain in front: ${why}`)
    if (!servers) throw invalid('stub-domain', text, 'says no server')
    const domain = typed.toLowerCase().replace(/\.$/, '')
    found.set(domain, [...(found.get(domain) ?? []), ...serversFrom('stub-domain', text, servers)])
  }
  return Object.fromEntries(found)
}

type Flag = 'upstream' | 'stub-domain'

const serversFrom = (flag: Flag, text: string, list: string): readonly string[] =>
  list.split(',').map(word => serverFrom(flag, text, word.trim()))

/** In the one way of writing that CoreDNS and kube-dns both read. */
function serverFrom(flag: Flag, text: string, word: string): string {
  const { address, port } = splitPort(word)
  if (word === '') throw invalid(flag, text, text === '' ? 'says no server' : 'has an empty word')
  if (!isAddress(address) || word.includes('#'))
    throw invalid(flag, text, `cannot be: ${JSON.stringify(word)} is no IP address, alone or with :PORT`)
  if (port === null) return address
  if (port < 1 || port > 65535) throw invalid(flag, text, `cannot be: the port of ${word} is not between 1 and 65535`)
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

const examples = { upstream: '10.0.0.2,[fd00::2]:5353', 'stub-domain': 'corp.example=10.0.0.2,10.0.0.3:5353' } as const

const invalid = (flag: Flag, text: string, why: string) =>
  new ExpectedError(`--${flag} ${JSON.stringify(text)} ${why}.`, {
    code: `${flag}-invalid`,
    hint: `Write it like --${flag} ${examples[flag]}`,
  })
